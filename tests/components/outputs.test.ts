import { beforeAll, expect, it } from "vitest";
import { declared } from "./program.ts";
import { startMocks } from "./recorder.ts";

beforeAll(startMocks);

const PASSWORDS = ["grafanaPassword", "portalPassword"];

it.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
  ["a developer's, without Grafana", { logStore: "victorialogs", grafana: false }, []],
  ["one with Grafana", { logStore: "loki", grafana: true }, ["grafanaPassword"]],
])(
  "the outputs of a stack all have a value, since Pulumi warns of each that has none: %s",
  async (_, settings, has) => {
    const outputs: Readonly<Record<string, unknown>> = { ...(await declared(settings)) };
    expect(Object.keys(outputs)).toEqual(expect.arrayContaining(["urls", "proof", "dashboardPassword", "nextSteps"]));
    expect(Object.keys(outputs).filter((name) => outputs[name] === undefined)).toEqual([]);
    expect(Object.keys(outputs).filter((name) => PASSWORDS.includes(name))).toEqual(has);
  },
);
