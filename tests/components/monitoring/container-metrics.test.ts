import { beforeAll, describe, expect, it } from "vitest";
import type { ContainerMetrics } from "../../../components/index.ts";
import { registered, resource, settle, startMocks, types } from "../recorder.ts";

let containers: ContainerMetrics;

describe("ContainerMetrics", () => {
  beforeAll(async () => {
    await startMocks();
    const library = await import("../../../components/index.ts");
    const host = new library.LocalDockerHost("local", { checkMachine: false, dataRoot: "/srv/docker" });
    containers = new library.ContainerMetrics("containers", { host });
    await settle();
  });

  it("reads the host's files, all of them read-only, and has no Docker socket", () => {
    expect(resource(types.container, "containers-container").volumes).toEqual([
      { hostPath: "/srv/docker/containers", containerPath: "/host/containers", readOnly: true },
      { hostPath: "/sys/fs/cgroup", containerPath: "/host/cgroup", readOnly: true },
      { hostPath: "/proc", containerPath: "/host/proc", readOnly: true },
    ]);
  });

  it("is root without any capability, among what is scraped only", () => {
    expect(resource(types.container, "containers-container")).toMatchObject({
      user: "0:0",
      capabilities: { drops: ["ALL"] },
      readOnly: true,
      networksAdvanced: [{ name: "vigie-test-metrics" }],
    });
  });

  it("tells of this stack's containers only", () => {
    expect(resource(types.container, "containers-container").command).toContain("--stack=vigie/test");
  });

  it("runs an image that is built on the host, and is scraped", () => {
    const images = registered.filter(({ type }) => type === types.image).map(({ inputs }) => inputs.name);
    expect(images).toContainEqual(expect.stringMatching(/^vigie\/containers:[0-9a-f]{12}$/));
    expect(containers.signals.scrapeJobs).toEqual([
      { job: "containers", targets: ["vigie-test-containers:9117"], emits: ["containers"] },
    ]);
  });
});
