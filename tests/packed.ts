/** Records that are kept in the repository, as small as they get: files of one program differ by a few lines. */

import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";

/** What a record holds, as it was given to {@link writePacked}. */
export const readPacked = <T>(file: string): T => JSON.parse(brotliDecompressSync(readFileSync(file)).toString()) as T;

/** Keeps a record. @returns its size in bytes */
export function writePacked(file: string, record: unknown): number {
  const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 11 };
  const packed = brotliCompressSync(Buffer.from(JSON.stringify(record)), { params });
  writeFileSync(file, packed);
  return packed.length;
}
