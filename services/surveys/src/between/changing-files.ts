import { readFileSync } from "node:fs";
import { getLogger } from "../../../telemetry/node/index.ts";

const log = getLogger("surveys.files");

/**
 * What is made of files that may be replaced while they are used, such as keys: read anew each time, made anew only when
 * they differ. While one of them is not there, is empty or makes no sense, as in the moment of being replaced, what was
 * made last stays.
 *
 * @param paths the files; together they make one thing, as a certificate and its key do
 * @param make makes it of their texts, without the line ends that editors add; throws where they make no sense
 * @returns what they make now; throws where they never made any
 * @example
 * ```ts
 * const keys = changingFiles([settings.keysFile], ([text]) => text.split("\n"));
 * keys(); // and after a change of the file another one
 * ```
 */
export function changingFiles<T, const Paths extends readonly string[]>(
  paths: Paths,
  make: (texts: { readonly [Index in keyof Paths]: string }) => T,
): () => T {
  let last: { readonly key: string; readonly made: T } | undefined;
  let refused: string | undefined;
  return () => {
    let key = "";
    try {
      const texts = paths.map((path) => readFileSync(path, "utf8"));
      if (texts.includes("")) throw new Error("a file is empty");
      key = texts.join("\0");
      if (key === last?.key) return last.made;
      const trimmed = texts.map((text) => text.replace(/[\r\n]+$/, ""));
      last = { key, made: make(trimmed as { readonly [Index in keyof Paths]: string }) };
      refused = undefined;
    } catch (error) {
      if (last === undefined) throw error;
      // What an error says of a key is nobody's business.
      if (refused !== key) log.warning(`what is new in ${paths.join(", ")} can't be used: the last one stays`);
      refused = key;
    }
    return last.made;
  };
}
