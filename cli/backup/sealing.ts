/** Backups that only the holders of keys can read, by age: what was changed, cut or made for others does not open. */

import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { Decrypter, Encrypter } from "age-encryption";
import { type Problem, refuseIf } from "../../services/problems.ts";

/** A step of a pipeline that turns bytes into other bytes, without holding them. */
export type Turn = (source: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array>;

/** What the name of a sealed file ends with. */
export const SEALED = ".age";

const DOCS = "docs/backup.md says how keys are made.";

/**
 * What seals for all of some recipients, each by itself.
 *
 * @param recipients public keys, `age1…`; what is sealed does not say whose they are
 * @throws DeclarationError with every text that is no public key, none of them shown where it looks like a private one
 */
export function sealFor(recipients: readonly string[]): Turn {
  const encrypter = new Encrypter();
  const problems: Problem[] = [];
  for (const [index, recipient] of recipients.entries()) {
    try {
      encrypter.addRecipient(recipient);
    } catch {
      const given = /secret/i.test(recipient) ? "(a private key, not shown)" : recipient;
      const property = `vigie:backupRecipients[${index}]`;
      problems.push({ property, given, allowed: "a public key of age, age1… with its check at the end", fix: DOCS });
    }
  }
  refuseIf("the configuration of this stack", problems);
  return turning((source) => encrypter.encrypt(source));
}

/**
 * What opens what was sealed for one of the private keys in a file.
 *
 * @param file as `age-keygen` writes it: a key a line, `#` before words
 * @throws DeclarationError with every line that is no key, by its number; a file that is not there is one
 */
export function openWith(file: string): Turn {
  const decrypter = new Decrypter();
  const problems: Problem[] = [];
  let lines: readonly string[] = [];
  try {
    lines = readFileSync(file, "utf8").split(/\r?\n/);
  } catch (error) {
    const given = error instanceof Error && "code" in error ? error.code : String(error);
    problems.push({ property: `--identity ${file}`, given, allowed: "a file with private keys of age", fix: DOCS });
  }
  const keys = lines.map((line, index) => [index + 1, line.trim()] as const).filter(([, key]) => /^[^#]/.test(key));
  for (const [line, key] of keys) {
    try {
      decrypter.addIdentity(key);
    } catch {
      const property = `--identity ${file}, line ${line}`;
      problems.push({ property, given: "(not shown)", allowed: "AGE-SECRET-KEY-1…, or words after #", fix: DOCS });
    }
  }
  if (problems.length === 0 && keys.length === 0) {
    problems.push({ property: `--identity ${file}`, given: "no key", allowed: "a line AGE-SECRET-KEY-1…", fix: DOCS });
  }
  refuseIf("the key of this backup", problems);
  return turning((source) => decrypter.decrypt(source));
}

function turning(turn: (source: ReadableStream<Uint8Array>) => Promise<ReadableStream<Uint8Array>>): Turn {
  return async function* (source) {
    const web = Readable.toWeb(Readable.from(source, { objectMode: false })) as ReadableStream<Uint8Array>;
    yield* await turn(web);
  };
}
