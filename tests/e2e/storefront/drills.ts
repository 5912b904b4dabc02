import { describe, expect, it, vi } from "vitest";
import { type Deployment, physical } from "../deployment.ts";
import { LOG_STORE, OFFICIAL } from "../images.ts";
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
      readonly fault?: string;
      readonly muted: readonly string[];
      readonly came?: string;
      readonly why?: string;
    }

    const inTime = ({ status }: Drilled) => status === "ok";
    const CODES: Readonly<Record<string, number>> = { failed: 1, absent: 3, late: 4 };
    const drill = async (more: readonly string[] = []): Promise<readonly Drilled[]> => {
      const { code, stdout, output } = await deployment.npm("drill", ["--json", ...more]);
      const document = '{\n  "stack"';
      process.stdout.write(output.slice(0, output.indexOf(document)));
      const { alerts } = JSON.parse(stdout.slice(stdout.indexOf(document))) as { alerts: readonly Drilled[] };
      // The worst of it is the exit code.
      const worst = ["failed", "absent", "late"].find((bad) => alerts.some(({ status }) => status === bad));
      expect(code).toBe(worst === undefined ? 0 : CODES[worst]);
      return alerts;
    };

    const state = () => docker("inspect", "--format", "{{.State.Status}}", physical("redis"));
    // It says so before it does it: killed between the two it leaves nothing.
    const stopped = async () => (await state())[0] === "exited";

    it("sees every critical alert come, be told and end, and keeps back what the users of PostgreSQL feel", async () => {
      const alerts = await drill();
      const bad = alerts.filter((one) => !inTime(one));
      // What was not seen in time among many faults at once, on a busy machine, has to be seen in time by itself.
      const names = [...new Set(bad.map(({ alert }) => alert))];
      const again = names.length === 0 ? [] : await drill(names.flatMap((name) => ["--alert", name]));
      expect(again.filter((one) => !inTime(one))).toEqual([]);
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

    it("fills disks and memory for real, sees that their programs say so, and puts back what was full", async () => {
      const faults: Readonly<Record<string, string>> = {
        RedisPersistenceFailing: "full-disk redis",
        RedisRefusesWrites: "full-memory redis",
        ...(OFFICIAL ? {} : { VictoriaLogsReadOnly: `full-disk ${LOG_STORE}` }),
      };
      const names = Object.keys(faults);
      const before = await deployment.inventory();
      const alerts = await drill(names.flatMap((name) => ["--alert", name]));
      expect(alerts.map(({ alert, fault, status }) => [alert, fault, status]).sort()).toEqual(
        Object.entries(faults)
          .map(([name, fault]) => [name, fault, "ok"])
          .sort(),
      );
      expect(await deployment.inventory()).toEqual(before);
      expect(await deployment.preview()).toEqual({});
    });

    // npm ends by the signal, whatever the command that it runs ends with; that this is 130, tests/cli/drill holds.
    it.each([
      ["Ctrl-C", "SIGINT", 130],
      ["SIGTERM", "SIGTERM", 143],
    ] as const)("puts back what was done before it ends by %s", async (_, signal, ended) => {
      const { code, output } = await deployment.npm("drill", ["--alert", "RedisDown"], {
        killAfterOutput: /begins: stop redis/,
        beforeKill: () => vi.waitUntil(stopped, { timeout: 120_000, interval: 200 }),
        killSignal: signal,
      });
      expect(code, output).toBe(ended);
      expect(output).toContain("1 cut off");
      expect(output).toContain("Cut off: what was done is put back.");
      expect(await state()).toEqual(["running"]);
      expect((await deployment.npm("drill", ["--repair"])).output).not.toContain("put back what a drill left");
    });

    it("puts back what one that was killed has left, and changes nothing that a deployment would see", async () => {
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
