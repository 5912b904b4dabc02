import { randomBytes } from "node:crypto";

/** A record: each field as text. */
export type StoredRecord = Record<string, string>;

/** What the project refuses, in REDCap's place. */
export class WrongQuestion extends Error {
  override name = "WrongQuestion";
}

/** One project with one form, in memory. */
export interface Records {
  /** All records, the oldest first. */
  all(): readonly StoredRecord[];
  /** Adds a record under the next number, which is the answer. @throws WrongQuestion on an unknown field */
  add(record: StoredRecord): string;
  /** Those for which a `filterLogic` holds. @throws WrongQuestion on any other logic than `[field] = 'value'` */
  filtered(filterLogic: string): readonly StoredRecord[];
  /** The secret part of a record's survey link, always the same. @throws WrongQuestion without such a record */
  hashOf(id: string): string;
  /** The record that has such a link. */
  byHash(hash: string): StoredRecord | undefined;
}

// The most records: a memory that is full helps nobody.
const MOST = 50_000;
const HASH_BYTES = 12;

/** The fields of the form, in the order of an export. */
export function fieldsOf(instrument: string): readonly string[] {
  return ["record_id", "user_id", "email", "request_key", "created_at", "comment", `${instrument}_complete`];
}

/** An empty project. */
export function newRecords(instrument: string): Records {
  const fields = fieldsOf(instrument);
  const kept: StoredRecord[] = [];
  const hashes = new Map<string, string>();

  return {
    all: () => kept,
    add: (record) => {
      const unknown = Object.keys(record).filter((field) => !fields.includes(field));
      if (unknown.length > 0) {
        throw new WrongQuestion(
          `The following fields were not found in the project: ${unknown.join(", ").slice(0, 200)}`,
        );
      }
      if (kept.length >= MOST) throw new WrongQuestion(`This stand-in keeps at most ${MOST} records.`);
      const id = String(kept.length + 1);
      kept.push({ ...Object.fromEntries(fields.map((field) => [field, ""])), ...record, record_id: id });
      return id;
    },
    filtered: (filterLogic) => {
      if (filterLogic === "") return kept;
      const { field = "", value } =
        /^\[(?<field>[a-z0-9_]+)\] = '(?<value>[^'"[\]]*)'$/.exec(filterLogic)?.groups ?? {};
      if (!fields.includes(field))
        throw new WrongQuestion("The filterLogic contains a syntax error or an unknown field.");
      return kept.filter((record) => record[field] === value);
    },
    hashOf: (id) => {
      if (!kept.some((record) => record.record_id === id)) throw new WrongQuestion("The record does not exist.");
      const hash = hashes.get(id) ?? randomBytes(HASH_BYTES).toString("base64url");
      hashes.set(id, hash);
      return hash;
    },
    byHash: (hash) => {
      const id = [...hashes].find(([, known]) => known === hash)?.[0];
      return kept.find((record) => record.record_id === id);
    },
  };
}

/** Records as REDCap's CSV: a line of names, and quotes where they are needed. */
export function csvOf(records: readonly StoredRecord[], fields: readonly string[]): string {
  const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = records.map((record) => fields.map((field) => cell(record[field] ?? "")).join(","));
  return [fields.join(","), ...lines].map((line) => `${line}\n`).join("");
}
