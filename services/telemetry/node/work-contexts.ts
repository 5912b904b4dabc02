import { type Context, ROOT_CONTEXT } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { currentWork, doAsPartOf } from "./work.ts";

/**
 * OpenTelemetry's active context is that of the work that is going on: a request enters one storage, and its context is
 * made only where somebody asks for it.
 */
export class WorkContexts extends AsyncLocalStorageContextManager {
  override active(): Context {
    return currentWork()?.trace?.context ?? ROOT_CONTEXT;
  }

  override with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    something: F,
    self?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    const work = { requestId: currentWork()?.requestId, trace: { context } };
    return doAsPartOf(work, () => something.call(self, ...args));
  }
}
