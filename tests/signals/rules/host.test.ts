import { describe, expect, it } from "vitest";
import { hostRules } from "../../../signals/rules/host.ts";
import { checkAlerts, checkLimit, checkRules, type LimitCase } from "../promtool.ts";

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
    expect(checkRules(groups)).toContain("12 rules found");
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
        summary: "The kernel of node:9100 killed 1 processes for memory",
        description:
          "In the last 10m a container went over its limit, or the host had no memory left. What the process was doing is lost.",
      },
    ];
    checkAlerts(groups, { series, at: "1m", alert: "HostProcessKilledForMemory", fires });
    checkAlerts(groups, { series, at: "11m", alert: "HostProcessKilledForMemory", fires: [] });
  });

  it.each([
    ["HostProcessKilledForMemory", "of what was killed before", { 'node_vmstat_oom_kill{job="node"}': "7x40" }, "5m"],
    ["HostProcessKilledForMemory", "without the metric", {}, "5m"],
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

const metric = (name: string, labels = "") => `${name}{job="node",instance="node:9100"${labels}}`;
describe("the limits of a host", () => {
  it("let HostClockSkewed fire for a clock that is behind as for one that is ahead", () => {
    const skewed = (offset: string, fires: boolean) =>
      checkAlerts(groups, {
        series: { [metric("node_timex_offset_seconds")]: `${offset}x60` },
        at: "12m",
        alert: "HostClockSkewed",
        fires: fires
          ? [
              {
                labels: { severity: "warning", service: "node", job: "node", instance: "node:9100" },
                summary: "The clock of node:9100 is off by 60ms",
                description:
                  "Logs and traces of several hosts no longer fit together, and sign-ins with short-lived codes fail.",
              },
            ]
          : [],
      });
    skewed("-0.06", true);
    skewed("0.06", true);
    skewed("-0.05", false);
  });

  it.each([
    ["39.9% left", "399-0.4x80", true],
    ["41% left", "450-0.4x80", false],
  ])("let HostDiskFullIn4Days fire below 40%% only: %s", (_, values, fires) => {
    const labels = ',device="/dev/sda1",fstype="ext4",mountpoint="/"';
    const series = {
      [metric("node_filesystem_avail_bytes", labels)]: values,
      [metric("node_filesystem_size_bytes", labels)]: "1000x80",
    };
    const left = values.startsWith("399") ? "37.5%" : "";
    const expected = {
      labels: { severity: "warning", service: "node", job: "node", instance: "node:9100", device: "/dev/sda1" },
      summary: `/dev/sda1 of node:9100 has ${left} left, and none in four days`,
      description: "At the pace of the last six hours nothing is left by then. There is time to find what grows.",
    };
    const alert = "HostDiskFullIn4Days";
    checkAlerts(groups, { interval: "5m", series, at: "5h", alert, fires: fires ? [expected] : [] });
  });

  it.each(["tmpfs", "overlay", "squashfs", "ramfs", "devtmpfs", "nsfs", "fuse.lxcfs"])(
    "leave out file systems of the kind %s, which are full or in memory by nature",
    (fstype) => {
      checkAlerts(groups, { series: disk(1, fstype), at: "10m", alert: "HostDiskLow", fires: [] });
    },
  );

  it.each<Omit<LimitCase, "groups">>([
    {
      alert: "HostDiskFullIn4Days",
      interval: "5m",
      at: "5h",
      above: {
        [metric("node_filesystem_avail_bytes", ',device="/dev/sda1",fstype="ext4",mountpoint="/"')]: "350-0.5x70",
        [metric("node_filesystem_size_bytes", ',device="/dev/sda1",fstype="ext4",mountpoint="/"')]: "1000x70",
      },
      below: {
        [metric("node_filesystem_avail_bytes", ',device="/dev/sda1",fstype="ext4",mountpoint="/"')]: "350-0.2x70",
        [metric("node_filesystem_size_bytes", ',device="/dev/sda1",fstype="ext4",mountpoint="/"')]: "1000x70",
      },
      fires: {
        labels: { severity: "warning", service: "node", job: "node", instance: "node:9100", device: "/dev/sda1" },
        summary: "/dev/sda1 of node:9100 has 32% left, and none in four days",
      },
    },
    {
      alert: "HostInodesLow",
      at: "12m",
      above: {
        [metric("node_filesystem_files_free", ',device="/dev/sda1",fstype="ext4",mountpoint="/"')]: "99x60",
        [metric("node_filesystem_files", ',device="/dev/sda1",fstype="ext4",mountpoint="/"')]: "1000x60",
      },
      below: {
        [metric("node_filesystem_files_free", ',device="/dev/sda1",fstype="ext4",mountpoint="/"')]: "100x60",
        [metric("node_filesystem_files", ',device="/dev/sda1",fstype="ext4",mountpoint="/"')]: "1000x60",
      },
      fires: {
        labels: { severity: "warning", service: "node", job: "node", instance: "node:9100", device: "/dev/sda1" },
        summary: "/dev/sda1 of node:9100 has 9.9% of its inodes left",
      },
    },
    {
      alert: "HostCpuSaturated",
      at: "22m",
      above: { [metric("node_cpu_seconds_total", ',cpu="0",mode="idle"')]: "0+1.4x120" },
      below: { [metric("node_cpu_seconds_total", ',cpu="0",mode="idle"')]: "0+1.6x120" },
      fires: {
        labels: { severity: "warning", service: "node", job: "node", instance: "node:9100" },
        summary: "The processors of node:9100 are busy for 90.67% of the time",
      },
    },
    {
      alert: "HostMemoryPressure",
      at: "12m",
      above: { [metric("node_pressure_memory_stalled_seconds_total")]: "0+1.65x60" },
      below: { [metric("node_pressure_memory_stalled_seconds_total")]: "0+1.45x60" },
      fires: {
        labels: { severity: "warning", service: "node", job: "node", instance: "node:9100" },
        summary: "node:9100 stands still for 11% of the time, for want of memory",
      },
    },
    {
      alert: "HostDiskPressure",
      at: "22m",
      above: { [metric("node_pressure_io_stalled_seconds_total")]: "0+7.65x120" },
      below: { [metric("node_pressure_io_stalled_seconds_total")]: "0+7.35x120" },
      fires: {
        labels: { severity: "warning", service: "node", job: "node", instance: "node:9100" },
        summary: "node:9100 stands still for 51% of the time, for its disks",
      },
    },
    {
      alert: "HostFilesNearLimit",
      at: "12m",
      above: { [metric("node_filefd_allocated")]: "81x60", [metric("node_filefd_maximum")]: "100x60" },
      below: { [metric("node_filefd_allocated")]: "80x60", [metric("node_filefd_maximum")]: "100x60" },
      fires: {
        labels: { severity: "warning", service: "node", job: "node", instance: "node:9100" },
        summary: "81% of the files that node:9100 may have open are",
      },
    },
    {
      alert: "HostClockSkewed",
      at: "12m",
      above: { [metric("node_timex_offset_seconds")]: "0.06x60" },
      below: { [metric("node_timex_offset_seconds")]: "0.05x60" },
      fires: {
        labels: { severity: "warning", service: "node", job: "node", instance: "node:9100" },
        summary: "The clock of node:9100 is off by 60ms",
      },
    },
  ])("let $alert fire above its limit, silent just below and without data", (given) => {
    checkLimit({ ...given, groups: groups });
  });
});
