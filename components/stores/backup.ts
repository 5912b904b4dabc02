import type { BackupSource, VolumeBackup } from "../../config/backup.ts";
import { TOOLBOX } from "../../config/images.ts";
import type { Platform } from "../platform/platform.ts";

/** Whatever has data that no deployment can make again. */
export interface Backed {
  /** What `npm run backup` keeps of it. */
  readonly backups: readonly BackupSource[];
}

/**
 * What `npm run backup` keeps of some components: of those that have such data.
 *
 * @example
 * ```ts
 * export const backups = backupsOf([postgres, redis, catalog]);
 * ```
 */
export function backupsOf(components: readonly (object | Backed)[]): readonly BackupSource[] {
  return components.flatMap((component) => ("backups" in component ? component.backups : []));
}

/**
 * Data whose files are kept.
 *
 * @param name its name in the program
 */
export function volumeBackup(host: Platform, name: string): VolumeBackup {
  return { kind: "volume", name, volume: host.claim(name), image: host.imageReference(TOOLBOX) };
}
