import { describe, expect, it } from "vitest";
import { ROLLOUT_NOTICES, type RolloutNotice, rolloutAlert, tellRollout } from "../../../cli/rollout/notices.ts";
import type { Ask } from "../../../cli/verify/ask.ts";
import type { Proof } from "../../../signals/proof.ts";

const NOTICE: RolloutNotice = {
  ...{ event: "rolled back", service: "catalog" },
  ...{ summary: "The candidate of catalog was rolled back", description: "10 errors of 200 requests." },
};
const proof = { stack: "vigie/dev", noticeSeconds: 20, urls: { alertmanager: "http://alerts/" } } as unknown as Proof;

describe("a notice of a rollout", () => {
  it("is an alert of the service that ends by itself", () => {
    expect(rolloutAlert(NOTICE, proof, Date.UTC(2026, 10, 30))).toEqual({
      labels: {
        ...{ alertname: "RolloutRolledBack", severity: "warning", service: "catalog", kind: "none" },
        stack: "vigie/dev",
      },
      annotations: {
        summary: "The candidate of catalog was rolled back",
        description: "10 errors of 200 requests. This notice is resolved by itself, and what it tells of is not.",
      },
      startsAt: "2026-11-30T00:00:00.000Z",
      endsAt: "2026-11-30T00:05:50.000Z",
    });
  });

  it("pages nobody, and a success warns nobody", () => {
    const severities = Object.entries(ROLLOUT_NOTICES).map(([event, { severity }]) => [event, severity]);
    expect(Object.fromEntries(severities)).toEqual({
      ...{ begun: "info", "rolled back": "warning", done: "info", left: "warning" },
    });
  });

  it.each<[string, Ask, readonly RegExp[]]>([
    ["is posted", async () => ({ status: 200, headers: {}, body: "" }), []],
    ["is refused", async () => ({ status: 400, headers: {}, body: "no" }), [/nobody was told: .* answers 400/]],
    ["reaches nobody", () => Promise.reject(new Error("refused")), [/nobody was told: refused/]],
  ])("that %s ends no rollout", async (_, answer, words) => {
    const posted: unknown[] = [];
    const warned: string[] = [];
    const ask: Ask = (url, options) => {
      posted.push(url, options.json);
      return answer(url, options);
    };
    await tellRollout(NOTICE, { proof, ask, now: () => 0 }, (said) => warned.push(said));
    expect(posted).toEqual(["http://alerts/api/v2/alerts", [rolloutAlert(NOTICE, proof, 0)]]);
    expect(warned).toHaveLength(words.length);
    for (const [index, word] of words.entries()) expect(warned[index]).toMatch(word);
  });

  it("is none in a stack without an Alertmanager", async () => {
    const none = { ...proof, urls: {} } as unknown as Proof;
    const ask: Ask = () => Promise.reject(new Error("asked"));
    await tellRollout(NOTICE, { proof: none, ask }, (said) => expect(said).toBe(""));
  });
});
