/** Questions to the programs of the stack, with an answer or a reason in a few seconds. */

/** A program that does not answer, or not as it should. */
export class Away extends Error {
  /** The program, in people's words: `Prometheus`. */
  readonly program: string;
  /** What was seen. */
  readonly why: string;

  constructor(program: string, why: string) {
    super(`${program}: ${why}`);
    this.name = "Away";
    this.program = program;
    this.why = why;
  }
}

/** No single answer may take longer, in milliseconds: a page that waits for one store shows nothing of the others. */
const PATIENCE = 4000;

/** How a program is asked. */
export interface AskOptions {
  /** A body: it is posted, as JSON. @default - none: a GET */
  readonly json?: unknown;
  /** Another method than these. @default - that of a GET or a POST */
  readonly method?: "DELETE";
  /** What signs in there, as the header `Authorization` has it. @default - nobody is asked who he is */
  readonly authorization?: string;
}

/**
 * The text that a program answers with.
 *
 * @param program its name, in people's words
 * @throws Away when there is no answer in time, or none with 2xx
 */
export async function askText(
  program: string,
  url: string,
  { json, method, authorization }: AskOptions = {},
): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: method ?? (json === undefined ? "GET" : "POST"),
      headers: {
        accept: "application/json",
        ...(json === undefined ? {} : { "content-type": "application/json" }),
        ...(authorization === undefined ? {} : { authorization }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      signal: AbortSignal.timeout(PATIENCE),
    });
    const text = await response.text();
    if (response.ok) return text;
    throw new Away(program, `answered ${response.status} ${text.replace(/\s+/g, " ").trim().slice(0, 120)}`.trim());
  } catch (error) {
    if (error instanceof Away) throw error;
    throw new Away(program, whyOf(error));
  }
}

/**
 * The JSON that a program answers with.
 *
 * @throws Away when there is no answer, or no JSON
 */
export async function askJson<T>(program: string, url: string, options?: AskOptions): Promise<T> {
  const text = await askText(program, url, options);
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Away(program, "answered what is no JSON");
  }
}

/**
 * What is made of an answer. One that is not as the program gives it is no failure of ours: another program may have its
 * address, or something between.
 *
 * @throws Away with the program's name, also where reading the answer throws anything else
 */
export function understood<T>(program: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Away) throw error;
    throw new Away(program, "answered what is not understood");
  }
}

function whyOf(error: unknown): string {
  if (error instanceof DOMException && error.name === "TimeoutError") return `no answer in ${PATIENCE / 1000} s`;
  const { code } = (error instanceof Error ? (error.cause ?? error) : {}) as { readonly code?: string };
  const words: Readonly<Record<string, string>> = {
    ECONNREFUSED: "nothing listens there",
    ENOTFOUND: "it does not run",
    EAI_AGAIN: "it does not run",
    EHOSTUNREACH: "it is not reached",
  };
  return words[code ?? ""] ?? "it can't be asked";
}
