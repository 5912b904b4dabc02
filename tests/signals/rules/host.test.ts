import { describe, expect, it } from "vitest";
import { hostRules } from "../../../signals/rules/host.ts";
import { checkAlerts, checkRules } from "../promtool.ts";

const groups = [hostRules({ job: "node" })];

const memory = (available: number) => ({
  'node_memory_MemAvailable_bytes{job="node",instance="node:9100"}': `${available}x40`,
  'node_memory_MemTotal_bytes{job="node",instance="node:9100"}': "1000x40",
});

const disk = (available: number, fstype = "ext4", mountpoint = "/") => {
  const labels = `job="node",instance="node:9100",device="/dev/sda1",fstype="${fstype}",mountpoint="${mountpoint}"`;
  return {
    [`node_filesystem_avail_bytes{${labels}}`]: `${available}x40`,
    [`node_filesystem_size_bytes{${labels}}`]: "1000x40",
  };
};

describe("hostRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("5 rules found");
  });

  it("warn about memory", () => {
    checkAlerts(groups, {
      series: memory(99),
      at: "5m",
      alert: "HostMemoryLow",
      fires: [
        {
          labels: { severity: "warning", service: "node", job: "node", instance: "node:9100" },
          summary: "node:9100 has 9.9% of its memory left",
          description: "When it is used up, the kernel ends a process of its own choice.",
        },
      ],
    });
  });

  it("warn about a disk once, in however many places it is mounted", () => {
    checkAlerts(groups, {
      series: { ...disk(149), ...disk(149, "ext4", "/etc/hosts") },
      at: "5m",
      alert: "HostDiskLow",
      fires: [
        {
          labels: {
            severity: "warning",
            service: "node",
            job: "node",
            instance: "node:9100",
            device: "/dev/sda1",
          },
          summary: "/dev/sda1 of node:9100 has 14.9% left",
          description: "When it is full, databases stop and Prometheus loses samples; Loki refuses logs below 10%.",
        },
      ],
    });
  });

  it("warn about a process that the kernel killed, for ten minutes", () => {
    const series = { 'node_vmstat_oom_kill{job="node",instance="node:9100"}': "7 7 8x80" };
    const fires = [
      {
        labels: { severity: "warning", service: "node", job: "node", instance: "node:9100" },
        summary: "The kernel of node:9100 killed a process for memory",
        description:
          "In the last 10m a container went over its limit, or the host had no memory left. What the process was doing is lost.",
      },
    ];
    checkAlerts(groups, { series, at: "1m", alert: "HostProcessKilledForMemory", fires });
    checkAlerts(groups, { series, at: "11m", alert: "HostProcessKilledForMemory", fires: [] });
  });

  it.each([
    ["HostProcessKilledForMemory", "of what was killed before", { 'node_vmstat_oom_kill{job="node"}': "7x40" }, "5m"],
    ["HostMemoryLow", "at the limit", memory(100), "10m"],
    ["HostMemoryLow", "before five minutes of it", memory(10), "4m"],
    ["HostMemoryLow", "without the metric", {}, "10m"],
    ["HostDiskLow", "at the limit", disk(150), "10m"],
    ["HostDiskLow", "before five minutes of it", disk(10), "4m"],
    ["HostDiskLow", "about a file system in memory", disk(1, "tmpfs"), "10m"],
    ["HostDiskLow", "without the metric", {}, "10m"],
  ])("keep %s silent %s", (alert, _, series, at) => {
    checkAlerts(groups, { series, at, alert, fires: [] });
  });
});
