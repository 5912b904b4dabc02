import { describe, expect, it, vi } from "vitest";
import { type Deployment, physical } from "../deployment.ts";
import { OFFICIAL } from "../images.ts";
import { docker } from "../shell.ts";

/** The critical alerts of what keeps the logs. */
const LOG_STORE_ALERTS = OFFICIAL
  ? ["LokiChunksNotFlushed", "LokiDiskFull", "LokiRequestsFailing"]
  : ["VictoriaLogsReadOnly", "VictoriaLogsRequestsFailing"];

/** What `npm run drill` says of every critical alert. Near the end: it breaks everything once, and puts it back. */
export function whatDrillsShow(deployment: Deployment): void {
  describe("npm run drill", () => {
    interface Drilled {
      readonly alert: string;
      readonly status: string;
      readonly muted: readonly string[];
      readonly came?: string;
      readonly why?: string;
    }

    const unseen = ({ status }: Drilled) => status !== "ok" && status !== "late";
    const drill = async (more: readonly string[] = []): Promise<readonly Drilled[]> => {
      const { code, stdout, output } = await deployment.npm("drill", ["--json", ...more]);
      const document = '{\n  "stack"';
      process.stdout.write(output.slice(0, output.indexOf(document)));
      const { alerts } = JSON.parse(stdout.slice(stdout.indexOf(document))) as { alerts: readonly Drilled[] };
      if (!alerts.some(unseen)) expect(code).toBe(0);
      return alerts;
    };

    it("sees every critical alert come, be told and end, and keeps back what the users of PostgreSQL feel", async () => {
      const alerts = await drill();
      const bad = alerts.filter(unseen);
      // What was not seen among many faults at once, on a busy machine, has to be seen by itself.
      const names = [...new Set(bad.map(({ alert }) => alert))];
      const again = names.length === 0 ? [] : await drill(names.flatMap((name) => ["--alert", name]));
      expect(again.filter(unseen)).toEqual([]);
      expect(again.length).toBeGreaterThanOrEqual(bad.length);
      const critical = [
        "AlertmanagerReloadFailing",
        "CertificateExpires",
        "CollectorDropsLogs",
        "ErrorBudgetBurnsFast",
        "HeartbeatMissing",
        "HttpHighErrorRatio",
        "MysqlDown",
        "MysqlRejectsConnections",
        "NginxDown",
        "NotificationsFailing",
        "PhpFpmDown",
        "PhpFpmRequestsWaiting",
        "PostgresDown",
        "ProbeFailed",
        "PrometheusReloadFailing",
        "PrometheusStorageFailing",
        "RedisPersistenceFailing",
        "RedisRejectsConnections",
        "RuleEvaluationFailing",
        "TargetDown",
        "TraefikHighErrorRatio",
        "TraefikServiceDown",
        "Watchdog",
        ...LOG_STORE_ALERTS,
      ];
      expect([...new Set(alerts.map(({ alert }) => alert))].sort()).toEqual(critical.sort());
      expect(alerts.find(({ alert }) => alert === "PostgresDown")?.muted).toContain("ProbeFailed of catalog");
    }, 1_800_000);

    it("puts back what one that was killed has left, and changes nothing that a deployment would see", async () => {
      const state = () => docker("inspect", "--format", "{{.State.Status}}", physical("redis"));
      // It says so before it does it: killed between the two it leaves nothing.
      const stopped = async () => (await state())[0] === "exited";
      await deployment.npm("drill", ["--alert", "RedisDown"], {
        killAfterOutput: /begins: stop redis/,
        beforeKill: () => vi.waitUntil(stopped, { timeout: 120_000, interval: 200 }),
      });
      expect(await state()).toEqual(["exited"]);
      const { code, output } = await deployment.npm("drill", ["--repair"]);
      expect(code, output).toBe(0);
      expect(await state()).toEqual(["running"]);
      expect(await deployment.preview()).toEqual({});
    });
  });
}
