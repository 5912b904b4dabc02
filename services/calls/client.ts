import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { getLogger, type HttpAnswer } from "../telemetry/node/index.ts";
import { newBreaker } from "./breaker.ts";
import { exchange } from "./exchange.ts";
import { CallFailure } from "./failure.ts";
import { Gate } from "./gate.ts";
import { type CallMetrics, type Outcome, outcomeOf, type Reason, type TryOutcome } from "./metrics.ts";
import { type Change, type Replica, Replicas } from "./replicas.ts";
import { RetryBudget } from "./retry-budget.ts";
import type { CallSettings } from "./settings.ts";

/** What a service is asked. */
export interface CallRequest {
  /** @default "GET" */
  readonly method?: string;
  /** Below the service's address, with its query: `/api/v1/surveys/requests?userId=ada`. */
  readonly path: string;
  /** Sent besides. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is sent. @default - nothing */
  readonly body?: string;
  /** Id of the request that it is asked for, as `X-Request-ID`: its lines there are found by it. @default - none */
  readonly requestId?: string;
  /** Milliseconds until the whole answer has to be there, with all tries. @default - those of the settings */
  readonly timeoutMs?: number;
}

/** Asks one service. */
export interface ServiceClient {
  /**
   * What it answered, whatever the status.
   *
   * @throws CallFailure where there is no answer
   */
  ask(request: CallRequest): Promise<HttpAnswer>;
  /** Ends its timers, and the connections that nobody uses. */
  close(): void;
}

/** Settings of {@link serviceClient}. */
export interface ServiceClientOptions {
  /** How it is called, from `readCallSettings`. */
  readonly settings: CallSettings;
  /** Where calls are counted. */
  readonly metrics: CallMetrics;
  /**
   * Whether an answer says that the service itself is unwell: it counts against the replica and the service.
   *
   * @default - those with a status from 500 on
   */
  readonly isFailure?: (answer: HttpAnswer) => boolean;
  /**
   * Has the connections, with a certificate of the caller's where the service wants one. Asked for with each try: another one
   * takes over when that changes.
   *
   * @default - one that keeps connections
   */
  readonly agent?: (() => HttpAgent | HttpsAgent) | undefined;
}

/** An answer that counts as a failure, on its way through what counts failures. */
class FailedAnswer extends Error {
  readonly answer: HttpAnswer;

  constructor(answer: HttpAnswer) {
    super("the service is unwell");
    this.answer = answer;
  }
}

// Long enough for a connection of another replica behind the same name, too short for people to notice.
const PAUSE_MS = 20;

/**
 * A client of one service, which may have several replicas. It has one state for all who ask through it: make one for each
 * called service and process.
 *
 * A request waits for its turn where too much is under way, is refused while the service keeps failing, and is tried again on another
 * replica within its time and the budget of retries: whatever its method where nothing of it arrived, else only where its
 * method may be repeated.
 *
 * @param callee the service's name, a label of the metrics
 * @example
 * ```ts
 * const survey = serviceClient("survey", { settings, metrics: callMetrics(registry) });
 * app.addHook("onClose", async () => survey.close());
 * const { status, text } = await survey.ask({ path: `/api/v1/surveys/requests?${query}`, requestId: request.id });
 * ```
 */
export function serviceClient(callee: string, options: ServiceClientOptions): ServiceClient {
  const { settings, isFailure = ({ status }) => status >= 500 } = options;
  const log = getLogger(`calls.${callee}`);
  const isTls = settings.urls.some((url) => url.startsWith("https:"));
  const own = new (isTls ? HttpsAgent : HttpAgent)({ keepAlive: true });
  const { agent = () => own } = options;
  const gate = new Gate(settings.concurrency);
  const replicas = new Replicas(settings.urls, { balancing: settings.balancing, outliers: settings.outliers });
  const budget = new RetryBudget(settings.retries.budget);
  const metrics = options.metrics.of(callee, {
    replicas: replicas.all,
    underWay: () => gate.inside,
    waiting: () => gate.waiting,
  });
  const breaker = newBreaker({
    ...settings.breaker,
    changed: (isOpen) => {
      metrics.open(isOpen);
      if (isOpen) log.warning(`${callee} keeps failing: it isn't asked for ${settings.breaker.openMs} ms`);
      else log.info(`${callee} answers again`);
    },
    ignores: (error) => (error instanceof CallFailure ? error.kind === "too-large" : !(error instanceof FailedAnswer)),
  });

  const tellOf = (replica: Replica, change: Change): void => {
    const fields = { replica: new URL(replica.url).host };
    if (change === "out") {
      metrics.ejected();
      log.warning(`a replica of ${callee} keeps failing and is left out`, fields);
    } else if (change === "back") log.info(`a replica of ${callee} answers again`, fields);
  };

  const once = async (request: CallRequest, replica: Replica, timeoutMs: number): Promise<HttpAnswer> => {
    const { method = "GET", path, headers, body, requestId } = request;
    let outcome: TryOutcome = "broken";
    try {
      const answer = await exchange({
        ...{ callee, method, body, requestId, timeoutMs, connectMs: settings.connectMs },
        agent: agent(),
        url: new URL(`${replica.url}${path}`),
        headers: headers ?? {},
      });
      outcome = outcomeOf(answer, isFailure) as TryOutcome;
      if (outcome === "failed") throw new FailedAnswer(answer);
      return answer;
    } catch (error) {
      if (error instanceof CallFailure) outcome = error.kind as TryOutcome;
      throw error;
    } finally {
      metrics.tried(outcome);
      tellOf(replica, replicas.end(replica, !["ok", "refused", "too-large"].includes(outcome)));
    }
  };

  const tryAll = async (request: CallRequest, end: number): Promise<HttpAnswer> => {
    const { methods, tries, tryTimeoutMs } = settings.retries;
    const repeatable = tries > 1 && methods.has(request.method ?? "GET");
    const asked = new Set<Replica>();
    budget.asked();
    for (let tried = 1; ; tried += 1) {
      const replica = replicas.begin(asked, repeatable && tried < tries);
      asked.add(replica);
      const left = Math.max(1, Math.ceil(end - performance.now()));
      // What is slow isn't helped by more of the same: only another replica may be quicker.
      const isPartial = repeatable && tried < tries && tryTimeoutMs < left && replicas.hasOther(asked);
      try {
        return await once(request, replica, isPartial ? tryTimeoutMs : left);
      } catch (error) {
        const reason = reasonOf(error, repeatable, isPartial, replicas.hasOther(asked));
        const pause = replicas.hasOther(asked) ? 0 : PAUSE_MS * (0.5 + Math.random());
        if (reason === undefined || tried >= tries || performance.now() + pause >= end) throw error;
        if (!budget.take()) {
          metrics.budgetUsedUp();
          throw error;
        }
        metrics.retried(reason);
        if (pause > 0) await sleep(pause);
      }
    }
  };

  const asked = async (request: CallRequest, end: number): Promise<HttpAnswer> => {
    const refusal = () => new CallFailure(callee, "open");
    // Nobody waits for a turn that would be none.
    if (breaker.isOpen) throw refusal();
    // Who waits for longer has no time left for the answer: what is asked then only makes the others wait.
    if ((await gate.enter((end - performance.now()) / 2)) !== "in") throw new CallFailure(callee, "overloaded");
    try {
      return await breaker.run(() => tryAll(request, end), refusal);
    } finally {
      gate.leave();
    }
  };

  return {
    ask: async (request) => {
      const began = performance.now();
      let outcome: Outcome = "broken";
      try {
        const answer = await asked(request, began + (request.timeoutMs ?? settings.timeoutMs));
        outcome = outcomeOf(answer, isFailure);
        return answer;
      } catch (error) {
        if (error instanceof CallFailure) outcome = error.kind;
        if (!(error instanceof FailedAnswer)) throw error;
        outcome = "failed";
        return error.answer;
      } finally {
        metrics.ended(outcome, (performance.now() - began) / 1000);
      }
    },
    close: () => {
      breaker.close();
      own.destroy();
    },
  };
}

// Why a request is tried again; undefined where it is not.
function reasonOf(error: unknown, repeatable: boolean, isPartial: boolean, hasOther: boolean): Reason | undefined {
  if (error instanceof FailedAnswer) {
    const { status, headers } = error.answer;
    // It says itself that it did nothing, and that asking again is worthwhile: another replica may have time now.
    return repeatable && hasOther && status === 503 && headers.has("retry-after") ? "busy" : undefined;
  }
  if (!(error instanceof CallFailure)) return undefined;
  if (error.kind === "unreachable") return "unreachable";
  if (!repeatable) return undefined;
  if (error.kind === "broken") return "broken";
  return error.kind === "timeout" && isPartial ? "slow" : undefined;
}
