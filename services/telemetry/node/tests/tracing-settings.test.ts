import { expect, test } from "vitest";
import { readEnvironment } from "../settings.ts";
import { readTracingSettings } from "../tracing-settings.ts";

test("without an endpoint nothing is traced", () => {
  expect(readTracingSettings(readEnvironment({ OTEL_TRACES_SAMPLER: "always_on" }))).toBeUndefined();
});

test("OpenTelemetry's variables, and its defaults", () => {
  const given = {
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/",
    OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
    OTEL_TRACES_SAMPLER_ARG: "0.1",
    OTEL_SERVICE_NAME: "orders",
    OTEL_RESOURCE_ATTRIBUTES: "service.name=other, service.version=1.2%2C3,deployment.environment.name=dev",
  };
  expect(readTracingSettings(readEnvironment(given))).toEqual({
    url: "http://collector:4318/v1/traces",
    sampler: "parentbased_traceidratio",
    ratio: 0.1,
    resource: { "service.name": "orders", "service.version": "1.2,3", "deployment.environment.name": "dev" },
  });
  expect(readTracingSettings(readEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: "https://o.test/otlp" }))).toEqual({
    url: "https://o.test/otlp/v1/traces",
    sampler: "parentbased_always_on",
    ratio: 1,
    resource: {},
  });
});
