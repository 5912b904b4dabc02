import { setTimeout as sleep } from "node:timers/promises";
import type { SecureContext } from "node:tls";
import { getLogger, Problem } from "../../../telemetry/node/index.ts";
import type { HostCheck } from "../between/contract.ts";
import { type Host, showHost } from "./hosts.ts";
import { type Look, look } from "./look.ts";
import type { HostMetrics } from "./metrics.ts";

/** What is watched, and how. */
export interface WatchOptions {
  /** What is looked at. */
  readonly hosts: readonly Host[];
  /** Seconds from the begin of one look at all hosts to that of the next, give or take a tenth. */
  readonly seconds: number;
  /** Gives whose signatures count; asked before each look at all hosts. */
  readonly roots: () => SecureContext;
  /** Where each look is counted. */
  readonly metrics: HostMetrics;
  /** Milliseconds that a look at one host may take. @default 5000 */
  readonly timeoutMs?: number;
}

/** Hosts that are looked at all the time. */
export interface Watch {
  /**
   * The last look at each host, in the order of the list; waits for the first look at all of them.
   *
   * @throws Problem 503 when it is ended before that, or when the first look broke
   */
  current(): Promise<HostCheck[]>;
  /** Ends it; looks that are under way are ended, and count for nothing. */
  close(): Promise<void>;
}

const log = getLogger("health.watch");

/** The most looks at a time. */
export const AT_A_TIME = 10;
const TIMEOUT_MS = 5000;
const JITTER = 0.1;

/**
 * Begins to look at hosts at once, and again and again. Who asks gets what was seen last: however many ask, the hosts
 * are looked at no more often. Many instances drift apart, so that they don't all knock in the same moment.
 */
export function watchHosts(options: WatchOptions): Watch {
  const { hosts, seconds, roots, metrics, timeoutMs = TIMEOUT_MS } = options;
  const ending = new AbortController();
  const { signal } = ending;
  const last = new Map<Host, Look>();

  const lookAt = async (host: Host, trusted: SecureContext): Promise<void> => {
    const seen = await look(host, { timeoutMs, roots: trusted, signal }).catch((error: unknown) => {
      // None ever should. Should one do it all the same, it is told of this host alone, and the others are looked at.
      log.error(`a look at ${showHost(host)} broke`, { error });
      return brokenLook(host);
    });
    if (signal.aborted) return;
    tell(host, seen, last.get(host));
    last.set(host, seen);
    metrics.observe(seen);
  };
  const lookAtAll = async (): Promise<void> => {
    const trusted = roots();
    const left = hosts.values();
    const oneByOne = async (): Promise<void> => {
      for (const host of left) if (!signal.aborted) await lookAt(host, trusted);
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, oneByOne));
  };
  const first = Promise.withResolvers<void>();
  const again = async (): Promise<void> => {
    while (!signal.aborted) {
      const began = performance.now();
      // What nobody waits for ends the process when it fails.
      await lookAtAll().catch((error: unknown) => log.error("looking at the hosts broke", { error }));
      first.resolve();
      const pause = seconds * 1000 * (1 + JITTER * (2 * Math.random() - 1)) - (performance.now() - began);
      // Its end is no error.
      await sleep(Math.max(0, pause), undefined, { signal }).catch(() => undefined);
    }
  };

  const all = again();
  return {
    current: async () => {
      await first.promise;
      if (last.size < hosts.length && signal.aborted) {
        throw new Problem(503, "stopping", "The service stops before its first look is done.");
      }
      if (last.size < hosts.length) throw new Problem(503, "no-look", "The hosts could not be looked at so far.");
      return hosts.flatMap((host) => last.get(host)?.check ?? []);
    },
    close: async () => {
      ending.abort();
      await all;
    },
  };
}

function brokenLook({ host, port, tls }: Host): Look {
  return { check: { host, port, tls, ok: false, milliseconds: 0, why: "the look at it broke" }, outcome: "other" };
}

// A line for what changed: with one for each look, nobody would see it.
function tell(host: Host, { check }: Look, before: Look | undefined): void {
  const fields = { host: check.host, port: check.port, tls: check.tls, why: check.why };
  if (check.ok && before !== undefined && !before.check.ok) log.info(`${showHost(host)} is well again`, fields);
  if (!check.ok && before?.check.why !== check.why) log.warning(`${showHost(host)} is not well: ${check.why}`, fields);
}
