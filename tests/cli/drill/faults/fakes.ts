/** What executors of faults are made with, in fakes: Docker answers what a test says, and keeps what it was asked. */

import type { Found, Helper, Tools } from "../../../../cli/drill/tools.ts";
import type { Answer, AskOptions } from "../../../../cli/verify/ask.ts";

/** A question over HTTP, and its answer. */
type Answers = (url: string, options: AskOptions) => Partial<Answer>;

/** Tools, and all that was done with them, in its order. */
export interface Fakes {
  readonly tools: Tools;
  /** `docker` commands, each as one line; helpers as `run`, `start` or `forget` and their names. */
  readonly done: string[];
  /** The helpers that ran or were started. */
  readonly helpers: Helper[];
  /** What was asked over HTTP. */
  readonly asked: { readonly url: string; readonly options: AskOptions }[];
  /** Makes Docker fail from now on where a line contains some words. */
  fail(words: string, message?: string): void;
}

/** What a test says of the stack. */
export interface FakeStack {
  /** Containers that are found. @default one, `vigie-dev-one` */
  readonly containers?: readonly Found[];
  /** What Docker prints, by the beginning of a command. @default "" */
  readonly prints?: Readonly<Record<string, string>>;
  /** What a helper prints, by its name. @default "" */
  readonly helperPrints?: Readonly<Record<string, string>>;
  /** What HTTP answers. @default 200 and {} */
  readonly answers?: Answers;
}

/** A container of the stack. */
export const container = (name: string, host?: string): Found => ({
  id: `id-${name}`,
  name: `vigie-dev-${name}`,
  ...(host === undefined ? {} : { host }),
});

/** Fakes for a stack. */
export function fakes({
  containers = [container("one")],
  prints = {},
  helperPrints = {},
  answers = () => ({}),
}: FakeStack = {}): Fakes {
  const done: string[] = [];
  const helpers: Helper[] = [];
  const asked: { url: string; options: AskOptions }[] = [];
  const failures: { words: string; message: string }[] = [];
  const note = (line: string) => {
    done.push(line);
    const failure = failures.find(({ words }) => line.includes(words));
    if (failure !== undefined) throw new Error(failure.message);
  };
  const tools = {
    proof: {
      stack: "vigie/dev",
      prefix: "vigie-dev-",
      urls: { prometheus: "http://prometheus/", alertmanager: "http://alertmanager/" },
    },
    ask: async (url: string, options: AskOptions): Promise<Answer> => {
      asked.push({ url, options });
      return { status: 200, headers: {}, body: "{}", ...answers(url, options) };
    },
    find: async () => containers,
    named: async (name: string): Promise<Found> => ({ id: `id of ${name}`, name }),
    on: async (host: string | undefined, words: readonly string[]) => {
      const line = words.join(" ");
      note(host === undefined ? line : `${host}: ${line}`);
      return Object.entries(prints).find(([begins]) => line.startsWith(begins))?.[1] ?? "";
    },
    runHelper: async (helper: Helper) => {
      helpers.push(helper);
      note(`run ${helper.name}`);
      return helperPrints[helper.name] ?? "";
    },
    start: async (helper: Helper) => {
      helpers.push(helper);
      note(`start ${helper.name}`);
      return `vigie-dev-drill-${helper.name}`;
    },
    forget: async (name: string, host?: string) => note(`forget ${name}${host === undefined ? "" : ` on ${host}`}`),
  } as unknown as Tools;
  return {
    tools,
    done,
    helpers,
    asked,
    fail: (words, message = "the daemon is busy") => failures.push({ words, message }),
  };
}

/** A signal of a drill that goes on. */
export const going = (): AbortSignal => new AbortController().signal;
