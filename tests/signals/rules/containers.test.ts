import { describe, expect, it } from "vitest";
import { containerRules } from "../../../signals/rules/containers.ts";
import { checkAlerts, checkRules } from "../promtool.ts";

const groups = [containerRules()];
const labels = { job: "containers", instance: "containers:9117", service: "catalog", container_name: "catalog-2" };
const selector = Object.entries(labels)
  .map(([name, value]) => `${name}="${value}"`)
  .join(",");
const series = (name: string, values: string) => ({ [`container_${name}{${selector}}`]: values });

const memory = (used: number) => ({
  ...series("memory_unreclaimable_bytes", `${used}x40`),
  ...series("spec_memory_limit_bytes", "1000x40"),
});
const processes = (used: number) => ({ ...series("threads", `${used}x40`), ...series("threads_max", "1000x40") });
const throttled = (periods: number) => ({
  ...series("cpu_cfs_throttled_periods_total", `0+${periods}x60`),
  ...series("cpu_cfs_periods_total", "0+100x60"),
});

const fires: Readonly<Record<string, readonly [severity: string, summary: string, description: string]>> = {
  ContainerRestarting: [
    "warning",
    "catalog-2 keeps restarting: 3 times",
    "It did so in the last 10m; more than 2 is no deployment.",
  ],
  ContainerKilledForMemory: [
    "warning",
    "catalog-2 went 1 times over its limit of memory",
    "In the last 10m the kernel killed a process of catalog-2. What it was doing is lost.",
  ],
  ContainerMemoryHigh: [
    "warning",
    "catalog-2 uses 95% of its memory",
    "At its limit the kernel kills a process of catalog-2. Pages of files are not counted: those can be taken back.",
  ],
  ContainerProcessesHigh: [
    "warning",
    "catalog-2 has 95% of the processes that it may have",
    "At its limit catalog-2 can start no process and no thread: what needs one fails there.",
  ],
  ContainerCpuThrottled: [
    "info",
    "catalog-2 waits 50% of the time for its limit of processors",
    "In that share of the periods it has used up what it may, and stands still.",
  ],
};

describe("containerRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("8 rules found");
  });

  it.each([
    ["ContainerRestarting", "a container starts again and again", series("start_time_seconds", "1x4 20x4 30x4 40x20")],
    ["ContainerRestarting", "it is seen away in between", series("start_time_seconds", "1 _ 2 stale _ 3 _ 4x20")],
    ["ContainerKilledForMemory", "the kernel killed a process", series("oom_events_total", "0x8 1x20")],
    ["ContainerMemoryHigh", "little of its memory is left", memory(950)],
    ["ContainerProcessesHigh", "it has started nearly all that it may", processes(950)],
    ["ContainerCpuThrottled", "it waits half of its time", throttled(50)],
  ])("alert %s when %s", (alert, _, given) => {
    const [severity = "", summary = "", description = ""] = fires[alert] ?? [];
    checkAlerts(groups, {
      series: given,
      at: alert === "ContainerCpuThrottled" ? "11m" : "5m",
      alert,
      fires: [{ labels: { ...labels, severity }, summary, description }],
    });
  });

  it.each([
    ["ContainerRestarting", "at two starts: a deployment and its correction", series("start_time_seconds", "1 2 3x30")],
    ["ContainerRestarting", "while its metrics are away", series("start_time_seconds", "1 2 _x30")],
    ["ContainerKilledForMemory", "of what was killed before", series("oom_events_total", "1x30")],
    ["ContainerKilledForMemory", "when a new container counts from 0", series("oom_events_total", "1x4 0x30")],
    ["ContainerMemoryHigh", "at the limit of the alert", memory(900)],
    ["ContainerMemoryHigh", "without a limit", series("memory_unreclaimable_bytes", "950x40")],
    ["ContainerProcessesHigh", "at the limit of the alert", processes(900)],
    ["ContainerProcessesHigh", "without a limit", series("threads", "950x40")],
    ["ContainerCpuThrottled", "at the limit of the alert", throttled(25)],
    ["ContainerCpuThrottled", "without a limit", series("cpu_cfs_periods_total", "0x60")],
    ...Object.keys(fires).map((alert): [string, string, Record<string, string>] => [alert, "without the metrics", {}]),
  ])("keep %s silent %s", (alert, _, given) => {
    checkAlerts(groups, { series: given, at: "5m", alert, fires: [] });
  });

  it("forget restarts after ten minutes", () => {
    const given = series("start_time_seconds", "1 2 3 4x80");
    checkAlerts(groups, { series: given, at: "11m", alert: "ContainerRestarting", fires: [] });
  });
});
