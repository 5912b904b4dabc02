import { beforeAll, describe, expect, it } from "vitest";
import type { HostMetrics } from "../../../components/index.ts";
import { resource, settle, startMocks, types } from "../recorder.ts";

let node: HostMetrics;

describe("HostMetrics", () => {
  beforeAll(async () => {
    await startMocks();
    const library = await import("../../../components/index.ts");
    node = new library.HostMetrics("node", {
      host: new library.LocalDockerHost("local", { checkMachine: false }),
      pace: library.PACES.fast,
    });
    await settle();
  });

  it("sees the host read-only, as nobody, and neither its network nor its processes", () => {
    const container = resource(types.container, "node-container");
    expect(container.volumes).toEqual([{ hostPath: "/", containerPath: "/host", readOnly: true }]);
    expect(container.user).toBe("65534:65534");
    expect(container.networkMode).toBe("vigie-test-metrics");
    expect(container).not.toHaveProperty("pidMode");
  });

  it("is scraped, and brings its alerts at the pace that is asked for", () => {
    expect(node.signals.scrapeJobs).toEqual([{ job: "node", targets: ["vigie-test-node:9100"], emits: ["host"] }]);
    expect(node.signals.ruleGroups?.map(({ name }) => name)).toEqual(["node.host"]);
    expect(JSON.stringify(node.signals.ruleGroups)).toContain('"for":"10s"');
  });
});
