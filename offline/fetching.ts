/** What apt, debootstrap, pip, npm and Go say that could not fetch something, where another attempt may help. */

const MAY_PASS: readonly RegExp[] = [
  // apt and debootstrap: the mirror moved on since its lists were read, or there are no lists yet.
  /^Err:\d+ /,
  /^[EW]: Failed to fetch /,
  /^E: (?:Unable to (?:fetch some archives|locate package)|Some index files failed to download|Not in the archive)/,
  /^E: Package '.+' has no installation candidate/,
  /^E: The repository '.+' (?:does not have|no longer has) a Release file/,
  /^E: (?:Failed getting release file|Couldn't download|Couldn't find these debs|Invalid Release)/,
  /^W: Couldn't download package/,
  // pip says this as well where the index did not answer.
  /^ERROR: (?:Could not find a version that satisfies|No matching distribution found|HTTP error 5\d\d)/,
  /^npm (?:error|ERR!) code (?:E(?:CONN\w+|TIMEDOUT|NOTFOUND|AI_AGAIN|NETUNREACH|HOSTUNREACH|429|5\d\d)|ERR_SOCKET_\w+)/,
  /^npm (?:error|ERR!) (?:FetchError:|network request)/,
  // Go asks a module proxy once; so do others whose own attempts are used up.
  /dial tcp|no such host|TLS handshake|i\/o timeout|deadline exceeded|connection re(?:set|fused)|unexpected EOF|stream error|: (?:429|5\d\d) |Max retries exceeded|Read timed out/i,
];

/** Lines that say that something is missing and not what: they stand behind those that do. */
const VAGUE = /^E: (?:Unable to fetch some archives|Some index files)|^ERROR: No matching|^npm (?:error|ERR!) code/;

const mostLines = 5;

/** Whether a program's line says that something could not be fetched, in a way that may pass. */
export const saysMissed = (line: string): boolean => MAY_PASS.some((pattern) => pattern.test(line));

/**
 * Listens to a program: its last lines, and those that say what it could not fetch, wherever they stood.
 *
 * @example
 * const heard = new Heard(20);
 * heard.add("E: Failed to fetch http://mirror.example/x.deb  404  Not Found\n");
 * heard.missed();
 */
export class Heard {
  readonly #kept: number;
  readonly #last: string[] = [];
  readonly #missed = new Set<string>();
  #partial = "";
  // apt gives the reason of an `Err:` in the line below it.
  #open: string | undefined;

  /** @param kept how many of the last lines are kept */
  constructor(kept: number) {
    this.#kept = kept;
  }

  /** Takes what the program wrote, in pieces as they come. */
  add(text: string): void {
    const lines = (this.#partial + text).split(/[\r\n]+/);
    this.#partial = lines.pop() ?? "";
    for (const line of lines) this.#take(line);
  }

  /** The last lines, without empty ones. */
  lastLines(): string[] {
    this.#flush();
    return [...this.#last];
  }

  /** What could not be fetched, in the program's words: the lines that name it first, at most five. */
  missed(): string[] {
    this.#flush();
    const all = [...this.#missed];
    const vague = (line: string) => (VAGUE.test(line) ? 2 : line.startsWith("Err:") ? 1 : 0);
    return all.sort((one, other) => vague(one) - vague(other)).slice(0, mostLines);
  }

  #flush(): void {
    if (this.#partial !== "") this.#take(this.#partial);
    this.#partial = "";
  }

  #take(line: string): void {
    if (line.trim() === "") return;
    this.#last.push(line);
    this.#last.splice(0, this.#last.length - this.#kept);
    if (this.#open !== undefined && /^\s/.test(line)) {
      this.#missed.delete(this.#open);
      this.#missed.add(`${this.#open}: ${line.trim()}`);
    }
    this.#open = line.startsWith("Err:") ? line.trim() : undefined;
    if (saysMissed(line)) this.#missed.add(line.trim());
  }
}
