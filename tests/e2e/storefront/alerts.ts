import { describe, expect, it } from "vitest";
import { secondsOf } from "../../../bench/context.ts";
import { physical } from "../deployment.ts";
import { LOG_STORE, OFFICIAL } from "../images.ts";
import { heartbeatMails, mails, notices } from "../inbox.ts";
import { firing, ruleGroups } from "../prometheus.ts";
import { docker } from "../shell.ts";
import { within } from "../within.ts";

/** The alerts: none for nothing, each once to people, and that somebody is told of silence. */
export function whoIsTold(): void {
  describe("the alerts", () => {
    const WATCHDOG = "Watchdog of monitoring (none)";
    // What is told of the machine itself, such as a disk that is nearly full, is no matter of these tests.
    const ofTheStack = async () => (await firing()).filter((alert) => !alert.includes(" of node "));
    // On a slow machine it takes its time until all that was stopped answers as before.
    const calm = () => expect.poll(ofTheStack, { timeout: 300_000, interval: 500 }).toEqual([WATCHDOG]);

    it("are all evaluated without an error, and none but the Watchdog fires", async () => {
      const names = [
        "alerting",
        "alertmanager.alertmanager",
        "blackbox.blackbox",
        "blog-php.php-fpm",
        "blog.nginx",
        "blog.slo",
        "catalog.http",
        "catalog.slo",
        "collector.collector",
        "containers",
        "dead-mans-switch.dead-mans-switch",
        "edge.traefik",
        "frontend.nginx",
        "logs",
        "mysql.mysql",
        "node.host",
        "orders.http",
        "orders.slo",
        "postgres.postgres",
        "probes",
        "prometheus.prometheus",
        "recommender.http",
        "redis.redis",
        "targets",
        "traces",
        `${LOG_STORE}.${LOG_STORE}`,
        ...(OFFICIAL ? ["grafana.grafana"] : []),
      ].sort();
      await expect.poll(ruleGroups, { interval: 1000 }).toEqual({ names, problems: [] });
      await calm();
    });

    /** What the inbox was told of an alert, in order. */
    const told = async (service: string, alert: string): Promise<{ notices: string[]; mails: string[] }> => ({
      notices: await notices(service, alert),
      mails: await mails(service, alert),
    });

    it("reach a person when a service is down, once, and once more when it is back, though an Alertmanager is killed", async () => {
      // A machine that is slow to start everything has told of that.
      const before = await told("orders", "TargetDown");
      const more = (...states: string[]) => ({
        notices: [...before.notices, ...states],
        mails: [...before.mails, ...states.map((state) => state.toUpperCase())],
      });
      const toldNow = () => told("orders", "TargetDown");
      await docker("stop", physical("orders-1"));
      await expect.poll(ofTheStack, { interval: 500 }).toContain("TargetDown of orders (critical)");
      await expect.poll(toldNow, { interval: 500 }).toEqual(more("firing"));

      // Ten rounds of gossip: what dies with whom it was told by, before the other one knows, is told once more.
      await new Promise((resolve) => setTimeout(resolve, 2000));
      const pid = (await docker("inspect", "--format", "{{.State.Pid}}", physical("alertmanager-1")))[0];
      process.kill(Number(pid), "SIGKILL");
      await docker("start", physical("orders-1"));
      await expect.poll(toldNow, { interval: 500 }).toEqual(more("firing", "resolved"));
      await calm();
      // Nothing is told twice: not by the one that was killed and is back, not by the other one.
      await new Promise((resolve) => setTimeout(resolve, 15_000));
      expect(await toldNow()).toEqual(more("firing", "resolved"));
    });

    it("are told on the other way where a mail server does not answer, and so is that", async () => {
      // What was slow earlier may have been told of.
      const before = (await notices("recommender", "TargetDown")).length;
      const failingBefore = (await notices("alertmanager", "NotificationsFailing")).length;
      await docker("stop", physical("inbox-mail"));
      await docker("stop", physical("recommender-1"));
      const outage = async () => (await notices("recommender", "TargetDown")).slice(before);
      await expect.poll(outage, { interval: 500 }).toEqual(["firing"]);
      const failing = async () => (await notices("alertmanager", "NotificationsFailing")).slice(failingBefore);
      await expect.poll(failing, { interval: 500 }).toEqual(["firing"]);
      await docker("start", physical("inbox-mail"), physical("recommender-1"));
      await calm();
    });

    it("are those of PostgreSQL when it is down, and not of the services that need it", async () => {
      const down = () => notices("postgres", "PostgresDown");
      const symptoms = async () => {
        const alerts = ["ProbeFailed", "TraefikServiceDown", "HttpHighErrorRatio"];
        const asked = alerts.flatMap((alert) => ["catalog", "orders"].map((service) => notices(service, alert)));
        return (await Promise.all(asked)).flat();
      };
      const [outages, before] = [await down(), await symptoms()];
      await docker("stop", physical("postgres"));
      await expect.poll(down, { interval: 500 }).toEqual([...outages, "firing"]);
      await expect.poll(ofTheStack, { interval: 500 }).toContain("ProbeFailed of catalog (critical)");
      // Longer than Alertmanager waits with a symptom.
      await new Promise((resolve) => setTimeout(resolve, 22_000));
      expect(await symptoms()).toEqual(before);
      await docker("start", physical("postgres"));
      await expect.poll(down, { interval: 500 }).toEqual([...outages, "firing", "resolved"]);
      await calm();
      expect(await symptoms()).toEqual(before);
    });

    it.each([
      ["Prometheus falls", ["prometheus"]],
      ["both Alertmanagers fall", ["alertmanager-1", "alertmanager-2"]],
    ])(
      "that %s silent is mailed past them within 90 seconds, once, and once more when all is back",
      async (_, names) => {
        await within(90, async () => {
          const before = await heartbeatMails();
          const silence = async () => {
            await docker("stop", ...names.map(physical));
            await expect.poll(heartbeatMails, { interval: 500 }).toEqual([...before, "FIRING"]);
          };
          const took = await secondsOf(silence).finally(() => docker("start", ...names.map(physical)));
          await expect.poll(heartbeatMails, { interval: 500 }).toEqual([...before, "FIRING", "RESOLVED"]);
          await calm();
          expect(await heartbeatMails()).toEqual([...before, "FIRING", "RESOLVED"]);
          return took;
        });
      },
    );
  });
}
