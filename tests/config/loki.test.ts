import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { LOKI_ARGUMENTS, LOKI_CHECK, renderLoki } from "../../config/loki.ts";

const render = (...given: Parameters<typeof renderLoki>) => parse(renderLoki(...given)[0]?.content ?? "");

describe("renderLoki", () => {
  it("makes streams of services and containers, and of nothing else", () => {
    expect(render().limits_config.otlp_config).toEqual({
      resource_attributes: {
        ignore_defaults: true,
        attributes_config: [{ action: "index_label", attributes: ["service.name", "container.name"] }],
      },
    });
  });

  it("is ready at once, and calls nobody", () => {
    expect(render()).toMatchObject({
      ingester: { lifecycler: { min_ready_duration: "0s", final_sleep: "0s" } },
      // The port that its own parts listen on, or the querier finds nobody.
      server: { grpc_listen_address: "127.0.0.1", grpc_listen_port: 9095 },
      frontend_worker: { frontend_address: "127.0.0.1:9095" },
      analytics: { reporting_enabled: false },
      common: { ring: { kvstore: { store: "inmemory" } } },
    });
  });

  it.each([
    [undefined, "360h"],
    ["1d", "24h"],
    ["2w", "336h"],
  ])("keeps logs for %s as %s, and takes lines as old", (retention, hours) => {
    const { limits_config, compactor } = render(retention === undefined ? {} : { retention });
    expect(limits_config).toMatchObject({ retention_period: hours, reject_old_samples_max_age: hours });
    expect(compactor.retention_enabled).toBe(true);
  });

  it("takes lines that are a day older than the newest of their stream, and finds them in memory", () => {
    expect(render().ingester.max_chunk_age).toBe("48h");
    expect(render().querier.query_ingesters_within).toBe("49h");
  });

  it("takes what fits its disk: on average a day's share a day, and a whole day's share at once", () => {
    const { limits_config } = render({ retention: "9d", disk: "1GiB" });
    // 1 GiB for nine days and the one that is being deleted, and five times as much before it is compressed.
    expect(limits_config.ingestion_rate_mb * 86_400).toBeCloseTo(512, 0);
    expect(limits_config.ingestion_burst_size_mb).toBe(512);
    expect(render().limits_config).not.toHaveProperty("ingestion_rate_mb");
  });

  it("is checked as it is started", () => {
    expect(LOKI_CHECK).toEqual(["loki", ...LOKI_ARGUMENTS, "-verify-config"]);
  });

  it.each([
    ["less than a day", "12h", /retention: got "12h"; allowed: a duration of at least a day/],
    ["what is no duration", "long", /retention: got "long"/],
  ])("fails with a retention of %s", (_, retention, message) => {
    expect(() => renderLoki({ retention })).toThrow(message);
    expect(() => renderLoki({ retention })).toThrowErrorMatchingSnapshot();
  });
});
