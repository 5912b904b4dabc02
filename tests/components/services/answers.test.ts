import { beforeAll, describe, expect, it } from "vitest";
import type { CallSpec } from "../../../components/index.ts";
import { keptSeries } from "../../../config/scrape-budget.ts";
import { CALL_AUTHS, type CallAuth } from "../../../services/call-auth.ts";
import { defineService } from "../../../services/service.ts";
import { isAlertingRule } from "../../../signals/rule-group.ts";
import { forget, resource, settle, startMocks, types } from "../recorder.ts";

/** A service that only some others may call, under mocks: what both sides get. */
let library: typeof import("../../../components/index.ts");

const specOf = (name: string, port: number, more: object = {}) =>
  defineService({ name, image: { reference: `docker.io/shop/${name}:1` }, port, health: ["CMD", "true"], ...more });

interface More {
  readonly callers?: readonly string[];
  readonly call?: CallSpec;
  readonly operationsPort?: number | undefined;
  readonly generation?: number;
}
const declare = async (auth: CallAuth, more: More = {}) => {
  forget();
  const { callers = ["gateway"], call, generation = 1 } = more;
  const operationsPort = "operationsPort" in more ? more.operationsPort : 9100;
  const host = new library.LocalDockerHost("local", { checkMachine: false });
  const keys = new library.CallKeys("calls", { generation });
  const survey = new library.InstrumentedService("survey", {
    ...{ host, spec: specOf("survey", 3001, { operationsPort, readsSecretsAnew: true }) },
    answers: { auth, callers, keys },
  });
  const used = call === undefined ? survey : new library.ServiceCall(survey, call);
  const gateway = new library.InstrumentedService("gateway", { host, spec: specOf("gateway", 3000), uses: [used] });
  await settle();
  return { survey, gateway };
};
const envsOf = (name: string) => [...((resource(types.container, name).envs as string[]) ?? [])].sort();
const filesIn = (name: string) =>
  [...JSON.stringify(resource(types.container, `${name}-secret-writer`)).matchAll(/"\/run\/secrets\/([^"]+)"/g)]
    .map(([, file]) => file)
    .sort();
const labelsOf = (name: string) => JSON.stringify(resource(types.container, name).labels);

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});

describe("a service that answers some others", () => {
  it.each(CALL_AUTHS)("by %s: both sides get settings, and each file that these name", async (auth) => {
    await declare(auth);
    for (const [container, writer] of [
      ["survey-1", "survey"],
      ["gateway-1", "gateway"],
    ] as const) {
      const named = envsOf(container).flatMap((line) => /_FILE=\/run\/secrets\/(.+)$/.exec(line)?.[1] ?? []);
      expect(named.sort()).toEqual(filesIn(writer));
      expect(named.length).toBeGreaterThan(0);
    }
    const url = envsOf("gateway-1").find((line) => line.startsWith("SURVEY_URL="));
    expect(url).toBe(`SURVEY_URL=${auth === "mutual-tls" ? "https" : "http"}://survey:3001`);
  });

  it("gives a ServiceCall the same, and addresses by TLS where that is the way", async () => {
    await declare("mutual-tls", { call: { auth: "mutual-tls" } });
    expect(envsOf("gateway-1")).toEqual(
      expect.arrayContaining(["SURVEY_CALL_AUTH=mutual-tls", "SURVEY_URLS=https://vigie-test-survey-1:3001"]),
    );
  });

  it("keeps containers whose program reads its secrets anew, and replaces others", async () => {
    await declare("jwt");
    expect(labelsOf("survey-1")).not.toContain("vigie.secret-files");
    expect(labelsOf("gateway-1")).toContain("vigie.secret-files");
  });

  it("is scraped at its own port for that", async () => {
    const { survey, gateway } = await declare("mutual-tls");
    expect(survey.signals.scrapeJobs[0]?.targets).toEqual(["vigie-test-survey-1:9100"]);
    expect(gateway.signals.scrapeJobs[0]?.targets).toEqual(["vigie-test-gateway-1:3000"]);
  });

  it.each<[CallAuth, survey: string[], gateway: string[]]>([
    ["api-key", ["CallsRefused"], []],
    ["jwt", ["CallsRefused"], []],
    ["mutual-tls", ["CallsRefused", "CallCertificateExpires"], ["CallCertificateExpires"]],
  ])("by %s: alerts tell of calls that it refuses, and of certificates on both sides", async (auth, ...expected) => {
    const { survey, gateway } = await declare(auth, { call: {} });
    const alerts = [survey, gateway].map(({ signals }) => [
      ...new Set(
        (signals.ruleGroups ?? [])
          .filter(({ about }) => about?.pack === "call-auth")
          .flatMap(({ rules }) => rules.filter(isAlertingRule).map(({ alert }) => alert)),
      ),
    ]);
    expect(alerts).toEqual(expected);
  });

  it.each(CALL_AUTHS)("by %s: Prometheus keeps what these alerts ask for", async (auth) => {
    const { survey, gateway } = await declare(auth, { call: {} });
    const kept = (service: typeof survey) => keptSeries(service.signals.scrapeJobs[0] ?? {}, []);
    expect(kept(survey)).toContain("calls_refused_total");
    expect(kept(survey)).toContain("http_request_duration_seconds_(bucket|count|sum)");
    expect(kept(gateway).includes("call_certificate_expiry_timestamp_seconds")).toBe(auth === "mutual-tls");
  });

  it.each<[object, RegExp]>([
    [{ auth: "jwt2" }, /answers\.auth: got "jwt2"; allowed: one of api-key, jwt, mutual-tls/],
    [{ callers: "gateway" }, /answers\.callers: got "gateway"; allowed: one or more services' names/],
    [{ callers: ["gateway", ""] }, /answers\.callers: got \["gateway",""\]/],
    [{ callers: ["a,b"] }, /answers\.callers: got \["a,b"\]/],
    [{ callers: undefined }, /answers\.callers: got nothing/],
    [{ keys: undefined }, /answers\.keys: got nothing; allowed: a CallKeys/],
  ])("fails with what is no answer: %j", (wrong, words) => {
    forget();
    const host = new library.LocalDockerHost("local", { checkMachine: false });
    const keys = new library.CallKeys("calls");
    const answers = { auth: "jwt" as const, callers: ["gateway"], keys, ...wrong };
    expect(() => new library.InstrumentedService("survey", { host, spec: specOf("survey", 3001), answers })).toThrow(
      words,
    );
  });

  it("fails with mutual TLS where visitors come by the edge, which has no certificate", () => {
    forget();
    const host = new library.LocalDockerHost("local", { checkMachine: false });
    const edge = new library.Traefik("edge", { host });
    const answers = { auth: "mutual-tls" as const, callers: ["gateway"], keys: new library.CallKeys("calls") };
    const spec = specOf("survey", 3001, { operationsPort: 9100, route: { pathPrefix: "/survey" } });
    expect(() => new library.InstrumentedService("survey", { host, edge, spec, answers })).toThrow(
      /answers\.auth: got "mutual-tls"; allowed: another way, where the declaration has a route/,
    );
  });

  it("fails where a service uses it that it does not answer", async () => {
    await expect(declare("jwt", { callers: ["worker"] })).rejects.toThrow(
      /service "gateway" is refused:\n.*uses: got "survey".*answers worker alone.*answers\.callers/s,
    );
  });

  it.each<[CallAuth, CallSpec, RegExp]>([
    ["jwt", { auth: "api-key" }, /auth: got "api-key"; allowed: the way that survey takes: jwt.*answer by "api-key"/s],
    ["jwt", { auth: "token" as CallAuth }, /auth: got "token"; allowed: one of api-key, jwt, mutual-tls/],
  ])("by %s: fails with a call by another way, %j", async (auth, call, words) => {
    await expect(declare(auth, { call })).rejects.toThrow(words);
  });

  it("fails with a call that is to prove something where nobody asks for it", async () => {
    forget();
    const host = new library.LocalDockerHost("local", { checkMachine: false });
    const survey = new library.InstrumentedService("survey", { host, spec: specOf("survey", 3001) });
    expect(() => new library.ServiceCall(survey, { auth: "jwt" })).toThrow(/takes: none.*`answers`/s);
  });

  it.each<[string, CallAuth, More, RegExp]>([
    ["nobody to answer", "jwt", { callers: [] }, /answers\.callers: got \[\]/],
    ["a caller twice", "jwt", { callers: ["gateway", "gateway"] }, /answers\.callers.*each once/],
    ["mutual TLS and no port for who scrapes", "mutual-tls", { operationsPort: undefined }, /answers\.auth.*9100/s],
    ["mutual TLS and another port than it listens at", "mutual-tls", { operationsPort: 9200 }, /answers\.auth.*9100/s],
    ["no generation of keys", "jwt", { generation: 0 }, /generation: got 0/],
    ["half a generation", "jwt", { generation: 1.5 }, /generation: got 1\.5/],
  ])("fails with %s", async (_, auth, more, words) => {
    await expect(declare(auth, more)).rejects.toThrow(words);
  });
});
