import type { MysqlFlavour } from "./mysql.ts";

/** A PostgreSQL whose databases are kept. */
export interface PostgresBackup {
  readonly kind: "postgres";
  /** Its name in the program. */
  readonly name: string;
  /** Its container. */
  readonly container: string;
  /** Its databases. */
  readonly databases: readonly string[];
}

/** A MySQL or MariaDB whose databases are kept. */
export interface MysqlBackup {
  readonly kind: "mysql";
  /** Its name in the program. */
  readonly name: string;
  /** Its container. */
  readonly container: string;
  /** Its databases. */
  readonly databases: readonly string[];
  /** Which of the two it is: neither reads all that the other writes. */
  readonly flavour: MysqlFlavour;
}

/** A volume whose files are kept. */
export interface VolumeBackup {
  readonly kind: "volume";
  /** Its name in the program. */
  readonly name: string;
  /** Docker's name of it. */
  readonly volume: string;
  /** An image on its host that has `tar` and a shell. */
  readonly image: string;
}

/**
 * What `npm run backup` keeps of a component. It is an output of the stack, and no secret is in it. What a kind does is
 * in a file of `cli/backup/`.
 */
export type BackupSource = PostgresBackup | MysqlBackup | VolumeBackup;
