import { setTimeout as sleep } from "node:timers/promises";
import { createContextKey, ROOT_CONTEXT } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { currentWork, doAsPartOf } from "../work.ts";
import { WorkContexts } from "../work-contexts.ts";

const KEY = createContextKey("test");
const context = ROOT_CONTEXT.setValue(KEY, "request");
const inner = context.setValue(KEY, "call");

test("the active context is that of the work, also after waiting, and outside there is none", async () => {
  const contexts = new WorkContexts();
  const seen = await doAsPartOf({ requestId: "r1", trace: { context } }, async () => {
    await sleep(1);
    return contexts.active();
  });
  expect(seen).toBe(context);
  expect(contexts.active()).toBe(ROOT_CONTEXT);
  expect(doAsPartOf({ requestId: "r1", trace: undefined }, () => contexts.active())).toBe(ROOT_CONTEXT);
});

test("a call within a request has its own context and the request's id", () => {
  const contexts = new WorkContexts();
  doAsPartOf({ requestId: "r1", trace: { context } }, () => {
    const told = contexts.with(
      inner,
      function (this: string, first: number) {
        return [this, first, contexts.active(), currentWork()?.requestId];
      },
      "self",
      7,
    );
    expect(told).toEqual(["self", 7, inner, "r1"]);
    expect(contexts.active()).toBe(context);
  });
});

test("what is bound to a context runs in it later", () => {
  const contexts = new WorkContexts();
  const bound = contexts.bind(inner, () => contexts.active());
  expect(bound()).toBe(inner);
});
