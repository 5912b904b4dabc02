import { beforeAll, describe, expect, it } from "vitest";
import { registered, resource, settle, startMocks, types } from "../recorder.ts";

/** The log agents, as MonitoringStack takes one or the other, under mocks. */
let library: typeof import("../../../components/index.ts");

const started = async (args: object): Promise<string[]> => {
  registered.length = 0;
  const host = new library.LocalDockerHost("local", { checkMachine: false });
  new library.MonitoringStack("monitoring", { host, sources: [], ...args });
  await settle();
  return registered.filter(({ type }) => type === types.container).map(({ name }) => name);
};

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});

describe("the log agent", () => {
  it("is the Collector when nothing is said", async () => {
    const containers = await started({});
    expect(containers).toContain("collector-container");
    expect(containers).not.toContain("promtail-container");
  });

  it("is Promtail in its place when it is asked for: without the socket, and with its place on a volume", async () => {
    const containers = await started({ logAgent: "promtail" });
    expect(containers).toContain("promtail-container");
    expect(containers).not.toContain("collector-container");
    const { volumes, ...container } = resource(types.container, "promtail-container");
    expect(container).toMatchObject({
      user: "0:0",
      readOnly: true,
      capabilities: { drops: ["ALL"] },
      command: ["-config.file=/etc/promtail/vigie/promtail.yml"],
    });
    expect(volumes).toEqual([
      expect.objectContaining({ containerPath: "/etc/promtail/vigie", readOnly: true }),
      { hostPath: "/var/lib/docker/containers", containerPath: "/var/lib/docker/containers", readOnly: true },
      { volumeName: "vigie-test-promtail-data", containerPath: "/var/lib/promtail" },
    ]);
  });

  it("is checked by itself before its configuration lands, asked from outside, and scraped", async () => {
    await started({ logAgent: "promtail" });
    const { create, stdin } = resource(types.command, "promtail-config") as { create: string; stdin: string };
    expect(create).toContain("-check-syntax");
    expect(stdin).toContain("http://vigie-test-loki:3100/loki/api/v1/push");
    expect(resource(types.command, "promtail-ready").create).toContain(":9080/ready ");
    expect(resource(types.command, "prometheus-config").stdin).toContain("vigie-test-promtail:9080");
    expect(resource(types.command, "prometheus-config").stdin).not.toContain("vigie-test-collector");
  });

  it.each(["collector", "promtail"])(
    "%s sees the host's own messages when it is told to, and only then",
    async (logAgent) => {
      const mounts = () => JSON.stringify(resource(types.container, `${logAgent}-container`).volumes);
      const config = () => String(resource(types.command, `${logAgent}-config`).stdin);
      await started({ logAgent });
      expect(mounts() + config()).not.toContain("/var/log/vigie");
      await started({ logAgent, hostLogs: true });
      expect(resource(types.container, `${logAgent}-container`).volumes).toContainEqual({
        hostPath: "/var/log/vigie",
        containerPath: "/var/log/vigie",
        readOnly: true,
      });
      expect(config()).toMatch(/: machine$/m);
    },
  );

  it("fails with one that there is not", async () => {
    await expect(started({ logAgent: "fluentd" })).rejects.toThrow(
      /monitoring "monitoring" is refused:\n {2}- logAgent: got "fluentd"; allowed: one of collector, promtail/,
    );
  });
});
