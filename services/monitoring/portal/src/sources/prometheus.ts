import { type AskOptions, askJson, understood } from "../ask.ts";
import type { Remembered } from "../remembered.ts";

/** A series, and its value now. What is no number is left out. */
export interface Sample {
  /** Its labels, with the metric's name as `__name__` where the query kept it. */
  readonly labels: Readonly<Record<string, string>>;
  /** A finite number, in the unit of the query. */
  readonly value: number;
}

/** A series over time: seconds since 1970, and a value each. What is no number is left out. */
export interface Line {
  /** Its labels, with the metric's name as `__name__` where the query kept it. */
  readonly labels: Readonly<Record<string, string>>;
  /** A moment and a finite number each, the earliest first. */
  readonly points: readonly (readonly [seconds: number, value: number])[];
}

interface Answer {
  readonly data: {
    readonly result: readonly {
      readonly metric?: Readonly<Record<string, string>>;
      readonly value?: readonly [number, string];
      readonly values?: readonly (readonly [number, string])[];
    }[];
  };
}

/** Length of every graph, in seconds. */
export const SHOWN_SECONDS = 3600;

/** Time between two points, in seconds. */
export const STEP_SECONDS = 30;

const PROGRAM = "Prometheus";

/** Asks Prometheus, only what the description of the stack has. */
export class Prometheus {
  readonly #url: string;
  readonly #remembered: Remembered;
  readonly #access: AskOptions;

  /**
   * @param url with a slash at its end
   * @param authorization what signs in there. @default - it asks nobody
   */
  constructor(url: string, remembered: Remembered, authorization?: string) {
    this.#url = url;
    this.#remembered = remembered;
    this.#access = authorization === undefined ? {} : { authorization };
  }

  /** What a query finds now. @throws Away */
  async now(expr: string): Promise<readonly Sample[]> {
    const answer = await this.#api(`query?query=${encodeURIComponent(expr)}`);
    return understood(PROGRAM, () =>
      answer.data.result
        .map(({ metric = {}, value }) => ({ labels: metric, value: Number(value?.[1]) }))
        .filter(({ value }) => Number.isFinite(value)),
    );
  }

  /** What a query finds in the last hour. @throws Away */
  async lastHour(expr: string): Promise<readonly Line[]> {
    // At whole steps, so that what was drawn does not change its form with every look.
    const end = Math.floor(Date.now() / 1000 / STEP_SECONDS) * STEP_SECONDS;
    const times = `start=${end - SHOWN_SECONDS}&end=${end}&step=${STEP_SECONDS}`;
    const answer = await this.#api(`query_range?query=${encodeURIComponent(expr)}&${times}`);
    return understood(PROGRAM, () =>
      answer.data.result.map(({ metric = {}, values = [] }) => ({
        labels: metric,
        points: values
          .map(([seconds, value]) => [seconds, Number(value)] as const)
          .filter(([, value]) => Number.isFinite(value)),
      })),
    );
  }

  #api(path: string): Promise<Answer> {
    return this.#remembered.of(path, () => askJson<Answer>(PROGRAM, `${this.#url}api/v1/${path}`, this.#access));
  }
}
