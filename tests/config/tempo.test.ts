import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { images } from "../../config/images.ts";
import { renderTempo, TEMPO_ARGUMENTS, TEMPO_CHECK } from "../../config/tempo.ts";

const render = (...given: Parameters<typeof renderTempo>) => parse(renderTempo(...given)[0]?.content ?? "");

describe("renderTempo", () => {
  it("keeps traces on disk, in the directory that its user owns", () => {
    expect(render().storage.trace).toEqual({
      backend: "local",
      wal: { path: "/var/tempo/wal" },
      local: { path: "/var/tempo/blocks" },
    });
    expect(images.tempo.contract.paths).toContain("/var/tempo");
  });

  it.each([
    [undefined, "172800s"],
    ["1h", "3600s"],
    ["7d", "604800s"],
  ])("keeps traces for %s as %s", (retention, kept) => {
    expect(render(retention === undefined ? {} : { retention }).compactor.compaction.block_retention).toBe(kept);
  });

  it("makes no metrics of spans, which the Collector makes, and tells nobody that it is there", () => {
    expect(render()).not.toHaveProperty("metrics_generator");
    expect(render().usage_report).toEqual({ reporting_enabled: false });
  });

  it("is checked as it is started", () => {
    expect(TEMPO_CHECK).toEqual([...images.tempo.contract.entrypoint, ...TEMPO_ARGUMENTS, "-config.verify=true"]);
  });

  it.each(["soon", "30m"])("fails with the retention %s", (retention) => {
    expect(() => renderTempo({ retention })).toThrow(/retention: got "(soon|30m)"; allowed: a duration of at least an/);
  });
});
