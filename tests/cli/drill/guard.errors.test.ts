import { expect, test } from "vitest";
import { refuseSerious } from "../../../cli/drill/guard.ts";
import type { ProofReceiver } from "../../../signals/proof.ts";

const inbox: ProofReceiver = {
  name: "inbox",
  alert: { severity: "critical" },
  arrivals: { kind: "mails", url: "http://localhost:8025/" },
};
const { arrivals: _, ...person } = { ...inbox, name: "pager" };
const settings = (stack: string, values: Readonly<Record<string, unknown>> = {}) => ({ stack, values });

test.each([
  ["prod", settings("prod"), [inbox], "its name is prod"],
  ["protected data", settings("shop", { protectData: true }), [inbox], "its data is protected (vigie:protectData)"],
  ["people who are told", settings("dev"), [inbox, person], "people are told of its alerts, by pager"],
  ["nobody who is told", settings("dev"), [], "nobody is told of its alerts (vigie:inbox is off)"],
])("fails for a stack with %s, and says what to write", (_, stack, receivers, reason) => {
  expect(() => refuseSerious(stack, { receivers }, undefined)).toThrow(reason);
  expect(() => refuseSerious(stack, { receivers }, undefined)).toThrowErrorMatchingSnapshot();
  expect(() => refuseSerious(stack, { receivers }, "other")).toThrow(
    `--stack ${stack.stack} --yes-break ${stack.stack}`,
  );
  expect(() => refuseSerious(stack, { receivers }, stack.stack)).not.toThrow();
});

test("a developer's stack is for drills", () => {
  expect(() => refuseSerious(settings("dev", { protectData: false }), { receivers: [inbox] }, undefined)).not.toThrow();
});
