/** What keeps data: the kinds of stores that are dumped, each in a file of its name beside this one, and volumes. */

import type { BackupSource } from "../../config/backup.ts";
import { STORES } from "../../signals/stores/index.ts";
import type { BackupKind } from "./kind.ts";

const names = [...STORES.filter(({ dumped = false }) => dumped).map(({ name }) => name), "volume"];

const kinds = new Map(
  await Promise.all(
    names.map(async (name) => {
      const file = (await import(`./${name}.ts`)) as Readonly<Record<string, BackupKind | undefined>>;
      return [name, file[name]] as const;
    }),
  ),
);

/**
 * What keeps a source, and brings it back.
 *
 * @throws Error when nothing here keeps such a source
 */
export function kindOf(source: BackupSource): BackupKind {
  const kind = kinds.get(source.kind);
  if (kind === undefined) throw new Error(`cli/backup/${source.kind}.ts keeps nothing called ${source.kind}.`);
  return kind;
}
