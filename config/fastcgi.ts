/** The few bytes of the FastCGI protocol that ask PHP-FPM for its ping page. */

const VERSION = 1;
const REQUEST = 1;
const TYPES = { begin: 1, params: 4, stdin: 5 } as const;
const RESPONDER = [0, 1, 0, 0, 0, 0, 0, 0];

/**
 * A FastCGI request for a page of PHP-FPM's own, as `printf` of a shell writes it: octal escapes.
 *
 * @param path the page: `/ping`
 */
export function fastcgiRequest(path: string): string {
  const params = Object.entries({ SCRIPT_NAME: path, SCRIPT_FILENAME: path, REQUEST_METHOD: "GET" }).flatMap(
    ([name, value]) => [name.length, value.length, ...bytes(name), ...bytes(value)],
  );
  return [
    ...record(TYPES.begin, RESPONDER),
    ...record(TYPES.params, params),
    ...record(TYPES.params, []),
    ...record(TYPES.stdin, []),
  ]
    .map((byte) => `\\${byte.toString(8).padStart(3, "0")}`)
    .join("");
}

function record(type: number, content: readonly number[]): number[] {
  return [VERSION, type, 0, REQUEST, content.length >> 8, content.length & 255, 0, 0, ...content];
}

function bytes(text: string): number[] {
  return [...Buffer.from(text)];
}
