/** What executors of faults are made with, in fakes: Docker answers what a test says, and keeps what it was asked. */

import { refusalOf } from "../../../../cli/containers/docker/command.ts";
import { surroundingWords } from "../../../../cli/containers/docker/words.ts";
import type { Ability } from "../../../../cli/containers/engine.ts";
import type { Found, Helper, Tools } from "../../../../cli/drill/tools.ts";
import type { Answer, AskOptions } from "../../../../cli/verify/ask.ts";
import { recordedEngine } from "../../containers/recorded.ts";

/** A question over HTTP, and its answer. */
type Answers = (url: string, options: AskOptions) => Partial<Answer>;

/** A helper that ran or was started. */
type SeenHelper = Helper & { readonly options: readonly string[] };

/** Tools, and all that was done with them, in its order. */
export interface Fakes {
  readonly tools: Tools;
  /** `docker` commands, each as one line; helpers as `run`, `start` or `forget` and their names. */
  readonly done: string[];
  /** The helpers that ran or were started, each with the words of Docker for what is around it. */
  readonly helpers: SeenHelper[];
  /** What was asked whether its engine can do it, in its order. */
  readonly needed: Ability[];
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
  const helpers: SeenHelper[] = [];
  const needed: Ability[] = [];
  const asked: { url: string; options: AskOptions }[] = [];
  const failures: { words: string; message: string }[] = [];
  const note = (line: string) => {
    done.push(line);
    const failure = failures.find(({ words }) => line.includes(words));
    if (failure !== undefined) throw new Error(failure.message);
  };
  const helped = (line: string, helper: Helper) => {
    helpers.push({ ...helper, options: surroundingWords(helper.runs ?? {}) });
    try {
      note(line);
    } catch (error) {
      throw refusalOf(["run"], { code: 1, stderr: (error as Error).message });
    }
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
    find: async (_: unknown, ...needs: readonly Ability[]) => {
      needed.push(...needs);
      return containers;
    },
    named: async (name: string): Promise<Found> => ({ id: `id of ${name}`, name }),
    at: (host: string | undefined) =>
      recordedEngine((words) => {
        const line = words.join(" ");
        note(host === undefined ? line : `${host}: ${line}`);
        return Object.entries(prints).find(([begins]) => line.startsWith(begins))?.[1] ?? "";
      }),
    runHelper: async (helper: Helper) => {
      helped(`run ${helper.name}`, helper);
      return helperPrints[helper.name] ?? "";
    },
    start: async (helper: Helper) => {
      helped(`start ${helper.name}`, helper);
      return `vigie-dev-drill-${helper.name}`;
    },
    forget: async (name: string, host?: string) => note(`forget ${name}${host === undefined ? "" : ` on ${host}`}`),
  } as unknown as Tools;
  return {
    tools,
    done,
    helpers,
    needed,
    asked,
    fail: (words, message = "the daemon is busy") => failures.push({ words, message }),
  };
}

/** A signal of a drill that goes on. */
export const going = (): AbortSignal => new AbortController().signal;
