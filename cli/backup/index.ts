/** The kinds of data that are kept. A new one is a file beside this one, and a line here. */

import type { BackupSource } from "../../config/backup.ts";
import type { BackupKind } from "./kind.ts";
import { mysql } from "./mysql.ts";
import { postgres } from "./postgres.ts";
import { volume } from "./volume.ts";

const kinds: { readonly [Kind in BackupSource["kind"]]: BackupKind<Extract<BackupSource, { kind: Kind }>> } = {
  postgres,
  mysql,
  volume,
};

/** What keeps a source, and brings it back. */
export function kindOf(source: BackupSource): BackupKind {
  return kinds[source.kind] as BackupKind;
}
