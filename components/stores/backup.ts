import type { BackupSource, VolumeBackup } from "../../config/backup.ts";
import type { Host } from "../platform/host.ts";

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
 * A volume whose files are kept.
 *
 * @param name its name in the program
 * @param volume its name on the host
 */
export function volumeBackup(host: Host, name: string, volume: string): VolumeBackup {
  // It has a shell and tar, and is on every host: the secrets' files are written with it.
  return { kind: "volume", name, volume, image: host.imageReference("postgresExporter") };
}
