import { Away, askJson, askText, understood } from "../ask.ts";
import type { Remembered } from "../remembered.ts";

/** An alert that fires. */
export interface FiringAlert {
  /** Its name: the label `alertname`. */
  readonly alert: string;
  /** What it is about: the label `service`; empty where there is none. */
  readonly service: string;
  /** How urgent it is: `critical`, `warning` or `info`. */
  readonly severity: string;
  /** What is wrong, in a line; empty where the rule does not say. */
  readonly summary: string;
  /** What it means and what to look at; empty where the rule does not say. */
  readonly description: string;
  /** Since when it fires, RFC 3339. */
  readonly since: string;
  /** Why nobody is told of it: `silence`, or `another alert`; empty where somebody is. */
  readonly mutedBy: string;
  /** Its runbook: a page, or a path in the repository; empty where it is neither. */
  readonly runbook: string;
  /** All its labels: a silence of this alert alone has them as matchers. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A silence that holds, or will. */
export interface Silence {
  /** Its id, a UUID: what it is ended by. */
  readonly id: string;
  /** `active` where it holds, `pending` where it will. */
  readonly state: string;
  /** What an alert's labels must be, all of it: `service=catalog`, `severity!=info`, `alertname=~Http.*`. */
  readonly matchers: string[];
  /** When it begins, RFC 3339. */
  readonly from: string;
  /** When it ends, RFC 3339. */
  readonly to: string;
  /** Who made it, as they say themselves. */
  readonly by: string;
  /** The reason that was given, in a line. */
  readonly why: string;
}

/** What is silenced. */
export interface NewSilence extends Pick<Silence, "by" | "why"> {
  /** What an alert has to have, each label with exactly this value. */
  readonly labels: Readonly<Record<string, string>>;
  /** When it begins. */
  readonly from: Date;
  /** When it ends by itself. */
  readonly to: Date;
}

interface ApiAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly status: { readonly silencedBy: readonly string[]; readonly inhibitedBy: readonly string[] };
}

interface ApiSilence {
  readonly id: string;
  readonly status: { readonly state: string };
  readonly matchers: readonly {
    readonly name: string;
    readonly value: string;
    readonly isRegex: boolean;
    readonly isEqual?: boolean;
  }[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly createdBy: string;
  readonly comment: string;
}

const PROGRAM = "Alertmanager";

/** Asks Alertmanager; it is the only program that the portal changes anything in. */
export class Alertmanager {
  readonly #urls: readonly string[];
  readonly #remembered: Remembered;

  /** @param urls of all instances, each with a slash at its end */
  constructor(urls: readonly string[], remembered: Remembered) {
    this.#urls = urls;
    this.#remembered = remembered;
  }

  /** The first instance that answers: they tell one another. @throws Away as the last one is */
  async #asked<T>(ask: (url: string) => Promise<T>): Promise<T> {
    let last: unknown = new Away(PROGRAM, "nobody is told of alerts in this stack");
    for (const url of this.#urls) {
      try {
        return await ask(`${url}api/v2/`);
      } catch (error) {
        last = error;
      }
    }
    throw last;
  }

  /** The alerts that fire, without the Watchdog, the most urgent first. @throws Away */
  async alerts(): Promise<FiringAlert[]> {
    const alerts = await this.#remembered.of(`alerts of ${this.#urls.join(" ")}`, () =>
      this.#asked((url) => askJson<readonly ApiAlert[]>(PROGRAM, `${url}alerts`)),
    );
    return understood(PROGRAM, () => firingIn(alerts));
  }

  /** The silences that hold or will. @throws Away */
  async silences(): Promise<Silence[]> {
    const silences = await this.#remembered.of(`silences of ${this.#urls.join(" ")}`, () =>
      this.#asked((url) => askJson<readonly ApiSilence[]>(PROGRAM, `${url}silences`)),
    );
    return understood(PROGRAM, () => heldIn(silences));
  }

  /** Silences what has all of these labels. Returns the silence's id. @throws Away */
  async silence({ labels, from, to, by, why }: NewSilence): Promise<string> {
    const matchers = Object.entries(labels).map(([name, value]) => ({ name, value, isRegex: false, isEqual: true }));
    const json = { matchers, startsAt: from.toISOString(), endsAt: to.toISOString(), createdBy: by, comment: why };
    const { silenceID } = await this.#asked((url) =>
      askJson<{ silenceID: string }>(PROGRAM, `${url}silences`, { json }),
    );
    return silenceID;
  }

  /** Ends a silence. @throws Away */
  async endSilence(id: string): Promise<void> {
    await this.#asked((url) => askText(PROGRAM, `${url}silence/${encodeURIComponent(id)}`, { method: "DELETE" }));
  }
}

const rank = (severity: string): number => ["critical", "warning", "info"].indexOf(severity) >>> 0;

function firingIn(alerts: readonly ApiAlert[]): FiringAlert[] {
  return alerts
    .filter(({ labels }) => labels.severity !== "none")
    .map(({ labels, annotations, startsAt, status }) => ({
      alert: labels.alertname ?? "",
      service: labels.service ?? "",
      severity: labels.severity ?? "",
      summary: annotations.summary ?? "",
      description: annotations.description ?? "",
      since: startsAt,
      mutedBy: status.silencedBy.length > 0 ? "silence" : status.inhibitedBy.length > 0 ? "another alert" : "",
      runbook: runbookOf(annotations.runbook_url),
      labels,
    }))
    .sort(
      (one, other) =>
        rank(one.severity) - rank(other.severity) ||
        one.since.localeCompare(other.since) ||
        one.alert.localeCompare(other.alert),
    );
}

/** Whoever can send an alert may write anything into it: what is neither a page nor a path in the repository is left out. */
function runbookOf(place = ""): string {
  return /^https?:\/\//i.test(place) || /^[\w./-]+$/.test(place) ? place : "";
}

function heldIn(silences: readonly ApiSilence[]): Silence[] {
  return silences
    .filter(({ status }) => status.state !== "expired")
    .map(({ id, status, matchers, startsAt, endsAt, createdBy, comment }) => ({
      id,
      state: status.state,
      matchers: matchers.map(
        ({ name, value, isRegex, isEqual = true }) =>
          `${name}${isEqual ? "=" : "!"}${isRegex ? "~" : isEqual ? "" : "="}${value}`,
      ),
      from: startsAt,
      to: endsAt,
      by: createdBy,
      why: comment,
    }));
}
