import { expect, test } from "vitest";
import { readEnvironment, SettingsError } from "../settings.ts";
import { readTracingSettings } from "../tracing-settings.ts";

function refusalOf(given: Record<string, string>): SettingsError {
  const environment = readEnvironment(given);
  readTracingSettings(environment);
  try {
    environment.finish();
  } catch (error) {
    if (error instanceof SettingsError) return error;
  }
  throw new Error("nothing was refused");
}

test("fails with every wrong variable at once, without an endpoint too", () => {
  const wrong = { OTEL_TRACES_SAMPLER: "some", OTEL_TRACES_SAMPLER_ARG: "10%", OTEL_RESOURCE_ATTRIBUTES: "version" };
  const { problems } = refusalOf(wrong);
  expect(problems.map(({ name }) => name).sort()).toEqual(Object.keys(wrong).sort());
  const [sampler, ratio] = problems;
  expect(sampler?.allowed).toContain("parentbased_traceidratio");
  expect(ratio).toMatchObject({ got: "'10%'", allowed: "a number from 0 to 1" });
});

test.each(["collector:4318", "4318", "ftp://collector", "http://", "http://me:hush@collector:4318", "http://c/?a=1"])(
  "fails on %s, which is no address of a Collector",
  (given) => expect(refusalOf({ OTEL_EXPORTER_OTLP_ENDPOINT: given }).message).toContain("http://collector:4318"),
);

test.each(["1.1", "-0.1", "1e-1", ".5", "NaN", "0x1", "0,1"])("fails on %s, which is no ratio", (given) => {
  expect(refusalOf({ OTEL_TRACES_SAMPLER_ARG: given }).message).toContain("a number from 0 to 1");
});

test.each(["=1", "a=1,b", "a=1,,b=2", "a=%zz", "a=1=2"])("fails on the attributes %s", (given) => {
  expect(refusalOf({ OTEL_RESOURCE_ATTRIBUTES: given }).message).toContain("name=value,name=value");
});
