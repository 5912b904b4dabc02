import { beforeAll, expect, it } from "vitest";
import type { CallSpec } from "../../../components/index.ts";
import { defineService } from "../../../services/service.ts";
import { forget, manners, resource, settle, startMocks, types } from "../recorder.ts";

/** A call between two services, under mocks: what its caller gets. */
let library: typeof import("../../../components/index.ts");

const specOf = (name: string, port: number) =>
  defineService({ name, image: { reference: `docker.io/shop/${name}:1` }, port, health: ["CMD", "true"] });
const declare = async (call?: CallSpec) => {
  forget();
  const host = new library.LocalDockerHost("local", { checkMachine: false });
  const survey = new library.InstrumentedService("survey", { host, spec: specOf("survey", 3001), replicas: 2 });
  const used = call === undefined ? survey : new library.ServiceCall(survey, call);
  const gateway = new library.InstrumentedService("gateway", { host, spec: specOf("gateway", 3000), uses: [used] });
  await settle();
  return { host, survey, gateway, container: resource(types.container, "gateway-1") };
};
const envsOf = (container: Record<string, unknown>) => [...(container.envs as string[])].sort();

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});

it("gives its caller the settings of the service and those of the call", async () => {
  const plain = await declare();
  const called = await declare({ timeout: "20s", breaker: false });
  const more = envsOf(called.container).filter((env) => !envsOf(plain.container).includes(env));
  expect(envsOf(plain.container)).toContain("SURVEY_URL=http://survey:3001");
  expect(more).toEqual([
    "SURVEY_BREAKER_PERCENT=0",
    "SURVEY_TIMEOUT_MS=20000",
    "SURVEY_URLS=http://vigie-test-survey-1:3001,http://vigie-test-survey-2:3001",
  ]);
});

it("changes nothing else of its caller: networks, order, and what is known of its use", async () => {
  const known = ({ gateway }: Awaited<ReturnType<typeof declare>>) => ({
    uses: gateway.signals.uses,
    calls: gateway.signals.calls,
  });
  const plain = await declare();
  const before = { ...known(plain), networks: plain.container.networksAdvanced, waits: waitsOf() };
  const called = await declare({});
  expect({ ...known(called), networks: called.container.networksAdvanced, waits: waitsOf() }).toEqual(before);
  expect(before.uses).toEqual([{ service: "gateway", on: "survey", exporter: false }]);
});

const waitsOf = () => [...(manners.dependencies.get(`${types.container} gateway-1`) ?? [])].sort();

it("fails with everything that is wrong, before anything of it is made", async () => {
  forget();
  const host = new library.LocalDockerHost("local", { checkMachine: false });
  const survey = new library.InstrumentedService("survey", { host, spec: specOf("survey", 3001) });
  const wrong = { timeout: "0s", retries: { methods: ["POST"] } } as unknown as CallSpec;
  expect(() => new library.ServiceCall(survey, wrong)).toThrow(
    /call of service "survey" is refused:\n.*timeout: got "0s".*\n.*retries\.methods: got \["POST"\].*Leave "POST" out/,
  );
});
