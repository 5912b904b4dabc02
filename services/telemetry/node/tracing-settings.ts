import type { Environment } from "./settings.ts";

const SAMPLERS = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;

/** Which requests are traced, in OpenTelemetry's words. */
export type SamplerName = (typeof SAMPLERS)[number];

/** Where spans go, which requests have some, and what they say of their process. */
export interface TracingSettings {
  /** Where batches of spans are posted as OTLP/HTTP, such as `http://collector:4318/v1/traces`. */
  readonly url: string;
  /** Which requests are traced; from OTEL_TRACES_SAMPLER. @default "parentbased_always_on" */
  readonly sampler: SamplerName;
  /** Part of the requests that a sampler by ratio takes, from 0 to 1. */
  readonly ratio: number;
  /** What each span says of its process. The service adds what is left out here. */
  readonly resource: Readonly<Record<string, string>>;
}

/**
 * Reads OpenTelemetry's own variables: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG,
 * OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES. Without an endpoint nothing is traced; the others are checked anyway.
 */
export function readTracingSettings(environment: Environment): TracingSettings | undefined {
  const endpoint = environment.parsed("OTEL_EXPORTER_OTLP_ENDPOINT", "", {
    read: httpAddress,
    allowed: "an address such as http://collector:4318, without user and password",
    fix: "set it to the OTLP/HTTP address of the Collector, or leave it out for no traces",
  });
  const sampler = environment.choice("OTEL_TRACES_SAMPLER", "parentbased_always_on", SAMPLERS);
  const ratio = environment.parsed("OTEL_TRACES_SAMPLER_ARG", 1, {
    read: partOfOne,
    allowed: "a number from 0 to 1",
    fix: "set it to the part of requests to trace, such as 0.1, or leave it out for all",
  });
  const attributes = environment.parsed(
    "OTEL_RESOURCE_ATTRIBUTES",
    {},
    {
      read: resourceAttributes,
      allowed: "name=value,name=value, with other characters percent-encoded",
      fix: "set it like service.version=1.2.3,deployment.environment.name=dev",
    },
  );
  const name = environment.text("OTEL_SERVICE_NAME", "");
  if (endpoint === "") return undefined;
  const resource = name === "" ? attributes : { ...attributes, "service.name": name };
  return { url: `${endpoint}/v1/traces`, sampler, ratio, resource };
}

function httpAddress(given: string): string | undefined {
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") return undefined;
  if (url.search !== "" || url.hash !== "") return undefined;
  return url.href.replace(/\/+$/, "");
}

function partOfOne(given: string): number | undefined {
  // Number() also takes exponents and hexadecimal digits.
  const number = /^\d{1,3}(\.\d{1,15})?$/.test(given) ? Number(given) : Number.NaN;
  return number <= 1 ? number : undefined;
}

function resourceAttributes(given: string): Record<string, string> | undefined {
  const attributes: Record<string, string> = {};
  for (const pair of given.split(",")) {
    const [, name, value] = /^\s*([^\s=]+)\s*=\s*([^=]*?)\s*$/.exec(pair) ?? [];
    if (name === undefined || value === undefined) return undefined;
    try {
      attributes[decodeURIComponent(name)] = decodeURIComponent(value);
    } catch {
      return undefined;
    }
  }
  return attributes;
}
