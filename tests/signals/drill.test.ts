import { describe, expect, it } from "vitest";
import { REDIS_DATA_DIRECTORY } from "../../config/redis.ts";
import { isDrillable } from "../../signals/drill.ts";
import { placedFault, subjectOf } from "../../signals/faults/index.ts";
import { isAlertingRule, PACES } from "../../signals/rule-group.ts";
import { redisRules } from "../../signals/rules/redis.ts";
import { sloRules } from "../../signals/slo/rules.ts";
import { allPacks } from "./packs.ts";
import { policyWith } from "./slo/policies.ts";

const objective = { availability: 99, latency: { quantile: 0.95, under: "1s" }, expectedRate: "5/s" } as const;
const groups = [...Object.values(allPacks(PACES.fast)), ...sloRules([policyWith(objective)], PACES.fast)];
const rules = groups.flatMap((group) => group.rules.filter(isAlertingRule));

describe("the drill of every alert", () => {
  it("is a fault, or a sentence that says why there is none", () => {
    expect(rules.length).toBeGreaterThan(80);
    for (const { alert, drill } of rules) {
      if (isDrillable(drill)) expect(subjectOf(drill.fault) ?? drill.service, alert).toBeDefined();
      else expect(drill.undrillable, alert).toMatch(/^[A-Z].{20,}\.$/);
    }
  });

  it("is a fault for every critical alert", () => {
    const critical = rules.filter(({ severity }) => severity === "critical");
    expect(critical.filter(({ drill }) => !isDrillable(drill)).map(({ alert }) => alert)).toEqual([]);
  });

  it("is named where it can't be made", () => {
    const without = rules.filter(({ drill }) => !isDrillable(drill)).map(({ alert }) => alert);
    expect([...new Set(without)].sort()).toEqual([
      "AlertmanagerStateNotSaved",
      "CollectorReadsNothing",
      "HostAgentLosesSamples",
      "HostCpuSaturated",
      "HostDiskFullIn4Days",
      "HostDiskPressure",
      "NotificationsSlow",
      "PrometheusRetentionShortened",
      "SeriesBudgetExceeded",
    ]);
  });

  it("is a full disk or failed writes for each alert on those, but for those that docs/drill.md names", () => {
    const about = rules.filter(({ alert }) =>
      /Disk|Inodes|Storage|Persistence|ReadOnly|RefusesWrites|Flushed|Checkpoint/.test(alert),
    );
    const kinds = new Map(
      about.map(({ alert, drill }) => [alert, isDrillable(drill) ? drill.fault.kind : "undrillable"]),
    );
    expect(Object.fromEntries(kinds)).toEqual({
      RedisPersistenceFailing: "full-disk",
      RedisRefusesWrites: "full-memory",
      VictoriaLogsReadOnly: "full-disk",
      PrometheusStorageFailing: "no-writes",
      LokiChunksNotFlushed: "no-writes",
      HostDiskFullIn4Days: "undrillable",
      HostDiskPressure: "undrillable",
      HostDiskLow: "stand-in",
      HostInodesLow: "stand-in",
      LokiCheckpointsFailing: "stand-in",
      LokiDiskFull: "stand-in",
      VictoriaLogsNearDiskLimit: "stand-in",
    });
  });

  it("of Redis is a page of metrics where nobody is known who writes to it", () => {
    const alerts = redisRules({ job: "redis" }).rules.filter(isAlertingRule);
    const of = (name: string) => alerts.find(({ alert }) => alert === name)?.drill;
    expect(of("RedisPersistenceFailing")).toMatchObject({ fault: { kind: "stand-in" } });
    const written = redisRules({ job: "redis", writer: "catalog" }).rules.filter(isAlertingRule);
    expect(written.find(({ alert }) => alert === "RedisPersistenceFailing")?.drill).toMatchObject({
      fault: { kind: "full-disk", directory: REDIS_DATA_DIRECTORY },
      visited: "catalog",
    });
  });

  it("of Redis fills one thing at a time: the graver alert on a disk mutes that on memory", () => {
    const drilled = (writer?: string) =>
      Object.fromEntries(
        redisRules({ job: "redis", ...(writer === undefined ? {} : { writer }) })
          .rules.filter(isAlertingRule)
          .map(({ alert, drill }) => [alert, drill]),
      );
    expect(drilled("catalog").RedisRefusesWrites).toMatchObject({
      fault: { kind: "full-memory", directory: REDIS_DATA_DIRECTORY },
      visited: "catalog",
    });
    expect(JSON.stringify(drilled().RedisRefusesWrites)).not.toContain("aof");
    expect(JSON.stringify(drilled().RedisPersistenceFailing)).not.toContain("errors");
  });

  it("of a warning is not the fault that a critical alert of the same service tells of, which mutes it", () => {
    const faults = rules.flatMap(({ alert, severity, labels, drill }) =>
      isDrillable(drill) && severity !== "none"
        ? [{ alert, severity, of: labels?.service ?? drill.service, fault: JSON.stringify(drill.fault) }]
        : [],
    );
    const muted = faults.filter(
      (one) =>
        one.severity === "warning" &&
        faults.some((other) => other.severity === "critical" && other.fault === one.fault && other.of === one.of),
    );
    expect(muted.map(({ alert }) => alert)).toEqual([]);
  });

  it("is plain data, which an output of the stack can hold", () => {
    for (const { drill } of rules) expect(JSON.parse(JSON.stringify(drill))).toEqual(drill);
  });
});

describe("placedFault", () => {
  it("names the service that was chosen", () => {
    const named = () => "orders";
    expect(placedFault({ kind: "stop", containers: { component: { any: "service" } } }, named)).toEqual({
      kind: "stop",
      containers: { component: "orders" },
    });
    expect(placedFault({ kind: "stand-in", job: { any: "service" } }, named)).toEqual({
      kind: "stand-in",
      job: "orders",
    });
    expect(placedFault({ kind: "silence", alert: "Watchdog" }, named)).toEqual({ kind: "silence", alert: "Watchdog" });
  });
});
