import { describe, expect, it } from "vitest";
import { receivers } from "../../../cli/verify/receivers.ts";
import { deliveries } from "./fake-deployment.ts";
import { came, finder, findsWhat, type Row } from "./found.ts";

/** Whether a test notification arrives, and where none may be sent. */
const { finds, posted } = finder();

const table: readonly Row[] = [
  [receivers, "receiver inbox-webhook", "takes a test", {}, { status: "ok", found: "a test notification arrived" }],
  [receivers, "receiver inbox-mail", "takes a test", {}, { status: "ok", found: "a test notification arrived" }],
  [
    receivers,
    "receiver inbox-webhook",
    "refuses it",
    {
      replies: {
        "/alertmanager/metrics": (() => {
          let asked = 0;
          return () => (asked++ === 0 ? deliveries(0, 0) : deliveries(2, 2));
        })(),
      },
    },
    came("^2 of 2 attempts to send it failed$"),
  ],
  [
    receivers,
    "receiver inbox-webhook",
    "is sent nothing",
    { replies: { "/alertmanager/metrics": deliveries(0, 0) } },
    came("^Alertmanager has not tried to send it$"),
  ],
  [
    receivers,
    "receiver inbox-webhook",
    "loses it",
    { replies: { "/notices": "[]" } },
    came(/^Alertmanager delivered it, and it is not at /),
  ],
  [
    receivers,
    "receiver inbox-webhook",
    "is not configured",
    { replies: { "/alertmanager/api/v2/receivers": '[{"name":"none"}]' } },
    came("^it has none$"),
  ],
];

findsWhat(finds, table);

describe("a test notification", () => {
  it("says that it is one, is of a service that nobody has, and ends by itself", async () => {
    await finds(receivers);
    expect(posted()).toEqual([
      {
        labels: {
          alertname: "VigieVerify",
          service: expect.stringMatching(/^verify-critical-[0-9a-f]{8}$/),
          severity: "critical",
          stack: "vigie/dev",
          verify: expect.any(String),
        },
        annotations: {
          summary: expect.stringMatching(/^TEST of vigie\/dev: nothing is wrong/),
          description: expect.stringMatching(/ Test [0-9a-f-]{36}\.$/),
        },
        startsAt: expect.any(String),
        endsAt: expect.any(String),
      },
    ]);
  });

  it("is not sent where it would reach people, unless they agreed", async () => {
    const people = [{ name: "inbox-mail", alert: { severity: "critical" } }];
    expect(await finds(receivers, { proof: { receivers: people } })).toMatchObject({
      "receiver inbox-mail": { status: "skipped" },
    });
    expect(posted()).toEqual([]);
    const found = await finds(receivers, { proof: { receivers: people }, more: { notify: true } });
    expect(found).toMatchObject({ "receiver inbox-mail": { status: "ok", found: "took a test notification" } });
    expect(posted()).toHaveLength(1);
  });
});
