import type { Problem } from "../services/problems.ts";

/** How a task or a handler ended; `would` is what a check says of one that has something to do. */
export type StepStatus = "ok" | "changed" | "would" | "skipped" | "failed";

/** One task or handler, as the host reported it. */
export interface StepReport {
  /** Its number, from 1. */
  readonly number: number;
  /** How it ended. */
  readonly status: StepStatus;
  /** Seconds that it took. */
  readonly seconds: number;
  /** Its kind and what it is about. */
  readonly title: string;
  /** What it printed: a difference, a reason, the last 20 lines of a failure. */
  readonly lines: readonly string[];
  /** The command that failed. */
  readonly command?: string;
}

/** What is known of the host. */
export interface HostFacts {
  /** `debian`, `ubuntu`, `amzn`. */
  readonly distribution: string;
  /** `12`, `24.04`; `-` where the distribution has none. */
  readonly version: string;
  /** Whether systemd runs it. */
  readonly systemd: boolean;
  /** Whether it is a container. */
  readonly container: boolean;
  /** MiB. */
  readonly memory: number;
  /** MiB that are free on /. */
  readonly disk: number;
  /** Its clock, in seconds since 1970. */
  readonly clock: number;
}

/** What a run on a host said. */
export interface SetupReport {
  /** What the host is; undefined where it did not come so far. */
  readonly facts?: HostFacts;
  /** Why the host was refused before anything was changed. */
  readonly refusals: readonly string[];
  /** Tasks and handlers in their order. */
  readonly steps: readonly StepReport[];
  /** How often the host has been changed by this setup; undefined where the run did not come to its end. */
  readonly generation?: number;
  /** What came outside of the protocol: words of ssh, or of a shell. */
  readonly noise: readonly string[];
}

/** Reads the lines of a run, one by one, as they come. */
export interface SetupReader {
  /** Takes a line, and gives the step that it completes. */
  line(text: string): void;
  /** What has come so far. */
  report(): SetupReport;
}

const STATUSES = new Set<string>(["ok", "changed", "would", "skipped", "failed"]);

/**
 * Reads what a compiled program prints.
 *
 * @param onStep called with each step when it has ended and all its text is known
 */
export function readSetup(onStep: (step: StepReport) => void = () => undefined): SetupReader {
  const refusals: string[] = [];
  const steps: StepReport[] = [];
  const noise: string[] = [];
  let facts: HostFacts | undefined;
  let generation: number | undefined;
  let open: { -readonly [K in keyof StepReport]: StepReport[K] } & { lines: string[] } = blank();
  const close = () => {
    if (open.number === 0) return;
    steps.push(open);
    onStep(open);
    open = blank();
  };
  return {
    line(text) {
      const clean = text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, (character) => (character === "\t" ? "    " : ""));
      if (clean.startsWith("| ")) {
        open.lines.push(clean.slice(2));
        return;
      }
      if (!clean.startsWith("@ ")) {
        if (clean.trim() !== "") noise.push(clean);
        return;
      }
      const [, event = "", rest = ""] = /^@ (\S+) ?(.*)$/.exec(clean) ?? [];
      if (event === "command") {
        open.command = rest.trim();
        return;
      }
      close();
      if (event === "facts") facts = factsOf(rest);
      else if (event === "refused") refusals.push(rest);
      else if (event === "end") generation = Number(rest.split(" ")[1]);
      else if (STATUSES.has(event)) {
        const [, number, hundredths, title = ""] = /^(\d+) (-?\d+) (.*)$/.exec(rest) ?? [];
        open = {
          number: Number(number),
          status: event as StepStatus,
          seconds: Number(hundredths) / 100,
          title,
          lines: [],
        };
      }
    },
    report() {
      close();
      return {
        refusals,
        steps,
        noise,
        ...(facts === undefined ? {} : { facts }),
        ...(generation === undefined ? {} : { generation }),
      };
    },
  };
}

/** Whether a check found anything to do. */
export function drifted(report: SetupReport): boolean {
  return report.steps.some(({ status }) => status === "would");
}

/** Most seconds that a host's clock may be off. */
export const CLOCK_TOLERANCE = 300;

/** A problem, where the host's clock is far off ours. */
export function clockProblems(report: SetupReport, now: number): Problem[] {
  const off = report.facts === undefined ? 0 : Math.round(report.facts.clock - now);
  if (Math.abs(off) <= CLOCK_TOLERANCE) return [];
  return [
    {
      property: "clock",
      given: `${Math.abs(off)} seconds ${off > 0 ? "ahead" : "behind"}`,
      allowed: `a clock that is at most ${CLOCK_TOLERANCE} seconds off`,
      fix: "Set it on the host (date -s, or a time service): certificates and alerts rely on it.",
    },
  ];
}

function blank(): { number: number; status: StepStatus; seconds: number; title: string; lines: string[] } {
  return { number: 0, status: "ok", seconds: 0, title: "", lines: [] };
}

function factsOf(rest: string): HostFacts {
  const [distribution = "", version = "-", , systemd, surface, ...numbers] = rest.split(" ");
  const value = (name: string) =>
    Number(numbers.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) ?? 0);
  return {
    distribution,
    version,
    systemd: systemd === "systemd",
    container: surface === "container",
    memory: value("memory"),
    disk: value("disk"),
    clock: value("clock"),
  };
}
