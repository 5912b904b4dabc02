import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { fingerprintOf } from "../../cli/trust.ts";
import type { LogLines } from "../../dashboards/log-query.ts";
import type { Proof } from "../../signals/proof.ts";
import { openBrowser } from "./browser.ts";
import { ProgramCopy } from "./copy.ts";
import { ORDERED, ordersOf } from "./customer.ts";
import { NAMES } from "./deployment.ts";
import { environmentOf, withoutState } from "./environment.ts";
import { makeHost, type RehearsalHost } from "./hosts/host.ts";
import { LOG_STORE, OFFICIAL, UP_FLAGS } from "./images.ts";
import { LOG_STORE_PORTS } from "./log-store.ts";
import { docker, type Finished, run, sh } from "./shell.ts";
import { type SshPlace, sshPlace } from "./ssh-place.ts";
import { whatContainersLack } from "./storefront/hardening.ts";
import { STOREFRONT_TARGETS, whatIsCounted } from "./storefront/numbers.ts";
import { whatVisitorsDo } from "./storefront/pages.ts";
import { UNTOLD_STOREFRONT_DASHBOARDS, whatPanelsAsk } from "./storefront/panels.ts";
import { whatIsSeen } from "./storefront/signals.ts";
import { ask, askGateway, cutLink, linkFiles, logsOf, notices, onHost as on, openPorts, promQl } from "./two-hosts.ts";
import { askOf } from "./under-test.ts";

/**
 * The storefront on a machine that is reached by SSH, then its monitoring on a second one: the same program, told by
 * configuration alone.
 */
describe("the storefront on other machines", () => {
  const copy = new ProgramCopy();
  // A state of its own, and nothing of the one that these tests are run with.
  const env = { ...withoutState(), VIGIE_STATE: mkdtempSync(path.join(os.tmpdir(), "vigie-state-")) };
  const pins = path.join(copy.directory, "Pulumi.ssh.known_hosts");
  let host: RehearsalHost;
  let second: RehearsalHost;

  const npm = (command: string, args: readonly string[] = []): Promise<Finished> =>
    run("npm", ["run", "-s", command, "--", "--stack", "ssh", ...args], { cwd: copy.directory, env });
  const up = (...flags: string[]) =>
    npm("up", ["--yes", ...UP_FLAGS, ...flags, "--", "--skip-preview", "--non-interactive"]);
  const onHost = (script: string) => on(host, script);
  const configure = (settings: Readonly<Record<string, unknown>>) => {
    const file = path.join(copy.directory, "Pulumi.ssh.yaml");
    // Pulumi writes into it, too.
    const content = existsSync(file) ? parse(readFileSync(file, "utf8")) : {};
    const added = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`vigie:${key}`, value]));
    writeFileSync(file, stringify({ ...content, config: { ...content.config, ...added } }));
  };
  const logins = async () => (await onHost("grep -c 'Accepted publickey' /var/log/sshd.log")).map(Number)[0] ?? 0;
  /** What this stack has on the host, whatever its state says; the setup stays. */
  const left = (machine: RehearsalHost) =>
    on(
      machine,
      "for kind in container network volume; do docker $kind ls -q --filter label=vigie.stack=vigie/ssh $([ $kind = container ] && echo --all); done; ls -d /var/lib/vigie/vigie-ssh 2>/dev/null",
    );

  beforeAll(async () => {
    host = await makeHost("web", "bare");
    second = await makeHost("watch", "bare");
    const key = readFileSync(`${host.keyFile}.pub`, "utf8").trim();
    await second.exec(`echo '${key}' >>~deploy/.ssh/authorized_keys`);
    configure({
      host: `ssh://${host.user}@${host.address}`,
      sshKeyFile: host.keyFile,
      setupHost: true,
      hostLogs: true,
      bindAddress: "0.0.0.0",
      untold: { critical: "a test of hosts", warning: "a test of hosts", heartbeat: "a test of hosts" },
      scrapeInterval: "5s",
      pace: "fast",
      traceRatio: "1",
      retentionMetrics: "2d",
      retentionLogs: "2d",
    });
  });

  afterAll(async () => {
    await second?.close();
    await host?.close();
  });

  it("is refused while nobody trusts its key, and no command is sent", async () => {
    const { code, output } = await up();
    expect(output).toContain("`npm run trust -- --stack ssh` shows its fingerprint");
    expect(code).not.toBe(0);
    expect(await logins()).toBe(0);
  });

  it("is trusted by its fingerprint, and by no other one", async () => {
    const other = await npm("trust", ["--fingerprint", "SHA256:another"]);
    expect(other.output).toContain("it is not trusted");
    expect(other.code).toBe(1);
    const { code, output } = await npm("trust", ["--fingerprint", fingerprintOf(host.hostKey)]);
    expect(output).toContain("commit it");
    expect(code).toBe(0);
    expect(readFileSync(pins, "utf8")).toBe(`${host.address} ${host.hostKey}\n`);
    expect(await logins()).toBe(0);
  });

  it("comes up there, and answers at the machine's address", async () => {
    const { code, output } = await up();
    process.stdout.write(output);
    expect(code).toBe(0);
    expect(output).toMatch(/host "host", setup "host-setup": [1-9]\d* changed, \d+ ok, \d+ skipped/);
    expect(output).not.toContain("mux_client");
    expect(output).toContain(`http://${host.address}/`);
    const films = await fetch(`http://${host.address}/api/films?query=star`);
    expect(films.status).toBe(200);
    expect(JSON.stringify(await films.json())).toContain("Star Trek");
    const running = "docker ps --filter label=vigie.stack=vigie/ssh --format '{{.Names}}'";
    expect(await onHost(running)).toEqual(expect.arrayContaining(["vigie-ssh-edge", "vigie-ssh-catalog-2"]));
    expect(await docker("ps", "--all", "--quiet", "--filter", "label=vigie.stack=vigie/ssh")).toEqual([]);
  });

  const CUSTOMER = "e2e-customer";
  const orders = () => ordersOf(`http://${host.address}`, CUSTOMER);

  it("takes few connections for all that: not one a step", async () => {
    expect(await logins()).toBeLessThan(20);
  });

  // What the storefront is asked on this machine, asked of that one.
  describe("seen as on this machine", () => {
    const PAGES = [8080, 9090, 16_686, LOG_STORE_PORTS[LOG_STORE]];
    const names = NAMES.filter((name) => !/^(alertmanager|inbox|dead-mans-switch)/.test(name));
    const output = async (name: string) => {
      const words = ["pulumi", "stack", "output", "--stack", "ssh", "--show-secrets", name];
      return (await sh("npx", words, copy.directory, environmentOf(copy.directory, env))).trim();
    };
    const deployment = { output, proof: async () => JSON.parse(await output("proof")) as Proof };
    let browser: Browser;
    let place: SshPlace;

    beforeAll(async () => {
      place = await sshPlace(host, pins, "ssh", PAGES);
      askOf(place);
      browser = await openBrowser();
    });

    afterAll(async () => {
      await browser?.close();
      place?.close();
    });

    whatVisitorsDo(() => browser, deployment);
    whatIsCounted(STOREFRONT_TARGETS);
    whatIsSeen(names);
    if (!OFFICIAL) whatPanelsAsk(deployment, UNTOLD_STOREFRONT_DASHBOARDS);
    whatContainersLack(names);
  });

  it("opens nothing to the network but the edge", async () => {
    const asked = [3000, LOG_STORE_PORTS[LOG_STORE], 8080, 8088, 9090].map((port) =>
      expect(fetch(`http://${host.address}:${port}/`), String(port)).rejects.toThrow(/fetch failed/),
    );
    await Promise.all(asked);
  });

  it("changes nothing at the second up", async () => {
    const { code, output } = await up("--no-verify");
    expect(code, output).toBe(0);
    expect(output).toMatch(/Resources:\s+\d+ unchanged/);
  });

  it("has its databases kept on this machine, and gets back what was lost", async () => {
    const kept = path.join(copy.directory, "backups", "kept");
    const psql = (database: string, statement: string) =>
      onHost(`docker exec vigie-ssh-postgres psql -U postgres -d ${database} -tAc "${statement}"`);
    const films = () => psql("catalog", "SELECT count(*), sum(hashtext(title)) FROM films");
    const before = await films();
    expect(before).toEqual([expect.stringMatching(/^[1-9]\d*\|/)]);
    const saved = await npm("backup", ["--to", kept]);
    expect(saved.code, saved.output).toBe(0);
    await psql("catalog", "DELETE FROM films");
    await psql("orders", "DELETE FROM orders");
    expect(await films()).toEqual(["0|"]);
    expect(await orders()).toMatchObject({ total: 0, items: [] });
    const restored = await npm("restore", ["--from", kept, "--yes"]);
    expect(restored.code, restored.output).toBe(0);
    expect(await films()).toEqual(before);
    // The connections of the service ended with the database that they were to.
    await expect.poll(orders, { interval: 500 }).toMatchObject(ORDERED);
  });

  it("is refused where another key is shown, before any command", async () => {
    const before = await logins();
    await host.changeHostKey();
    // The shared connection of the last run has proved its key; a new one has to.
    await onHost("pkill -x sshd-session; true");
    const { code, output } = await npm("preview");
    expect(output).toContain("No command was sent");
    expect(output).toContain("npm run trust -- --stack ssh --replace");
    expect(code).not.toBe(0);
    expect(await logins()).toBe(before);
    const again = await npm("trust", []);
    expect(again.output).toContain("has another key of");
    const [key = ""] = await onHost("cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub");
    const agreed = await npm("trust", ["--replace", "--fingerprint", fingerprintOf(key)]);
    expect(agreed.code, agreed.output).toBe(0);
  });

  describe("with its monitoring on a second machine", () => {
    const logs = () => logsOf(second);
    const texts = async (wanted: LogLines) => (await logs().lines(wanted)).map(({ text }) => text);
    const jobsDown = async () => (await promQl(second, "up == 0")).map(({ metric }) => metric.job);

    it("is refused while nobody trusts that one's key", async () => {
      configure({ monitoringHost: `ssh://${second.user}@${second.address}`, inbox: true, pace: "fast" });
      const { code, output } = await up();
      expect(output).toContain("`npm run trust -- --stack ssh` shows its fingerprint");
      expect(code).not.toBe(0);
      expect(await on(second, "grep -c 'Accepted publickey' /var/log/sshd.log || true")).toEqual(["0"]);
      const agreed = await npm("trust", ["--fingerprint", fingerprintOf(second.hostKey)]);
      expect(agreed.code, agreed.output).toBe(0);
    });

    it("comes up on both, and the first keeps nothing of what has moved", async () => {
      const { code, output } = await up();
      process.stdout.write(output);
      expect(code).toBe(0);
      expect((await fetch(`http://${host.address}/api/films?query=star`)).status).toBe(200);
      const names =
        "docker ps --all --format '{{.Names}}'; docker volume ls --format '{{.Name}}'; ls /var/lib/vigie/vigie-ssh/config";
      const first = await onHost(names);
      expect(first).toEqual(expect.arrayContaining(["vigie-ssh-edge", "vigie-ssh-host-prometheus", "host-prometheus"]));
      expect(
        first.filter((name) =>
          /(grafana|loki|victorialogs|alertmanager|inbox|portal|ssh-prometheus|^prometheus$|^dashboards$)/.test(name),
        ),
      ).toEqual([]);
      const moved = ["gateway", LOG_STORE, ...(OFFICIAL ? ["grafana"] : [])].map((name) => `vigie-ssh-${name}`);
      expect(await on(second, names)).toEqual(expect.arrayContaining(moved));
    });

    it("brings what both machines say themselves to the second, without secrets", async () => {
      await onHost("logger -p auth.err -t vigie-test 'the first has password=hunter22'");
      await on(second, "logger -t vigie-test 'the second'");
      const said = async () => [
        await texts({ of: { service: "host-machine" }, fields: { program: "vigie-test", level: "error" } }),
        await texts({ of: { service: "machine" }, fields: { program: "vigie-test", level: "info" } }),
      ];
      await expect.poll(said, { interval: 1000 }).toEqual([["the first has password=****"], ["the second"]]);
    });

    it("has every target of both up, under the labels that it had on one", async () => {
      await expect.poll(jobsDown, { interval: 1000 }).toEqual([]);
      const up = async () => (await promQl(second, "up")).map(({ metric: { job, instance } }) => `${job} ${instance}`);
      await expect
        .poll(up, { interval: 1000 })
        .toEqual(
          expect.arrayContaining([
            "catalog vigie-ssh-catalog-1:5000",
            "catalog vigie-ssh-catalog-2:5000",
            "postgres vigie-ssh-postgres-exporter:9187",
            "host-node vigie-ssh-host-node:9100",
            "node vigie-ssh-node:9100",
            "probes vigie-ssh-gateway:8443",
          ]),
        );
      await expect.poll(() => promQl(second, "probe_success == 0"), { interval: 1000 }).toEqual([]);
      const [certificate] = await promQl(second, "(probe_ssl_earliest_cert_expiry - time()) / 86400");
      expect(Number(certificate?.value?.[1])).toBeGreaterThan(140);
    });

    it("has the logs of both", async () => {
      const of = (service: string) => logs().count({ of: { service } });
      for (const service of ["catalog", "orders", "host-prometheus", "prometheus"]) {
        await expect.poll(() => of(service), { message: service }).toBeGreaterThan(0);
      }
    });

    it("has the traces of the first", async () => {
      const services = async () => (await ask<{ data: string[] | null }>(second, 16686, "/api/services")).data ?? [];
      await expect.poll(services, { interval: 1000 }).toEqual(expect.arrayContaining(["catalog", "edge"]));
    });

    it("opens to the network the edge on the first, the gateway on the second, and ssh", async () => {
      const open = await Promise.all([host, second].map(openPorts));
      expect(open).toEqual([
        [22, 80, 443],
        [22, 9443],
      ]);
    });

    it("fails at the gateway without a certificate, and anywhere but at its paths with one", async () => {
      const shown = await linkFiles(host, "vigie-ssh-host-link-secrets");
      expect(await askGateway(second, "POST", "/api/v1/write")).toBe(503);
      expect(await askGateway(second, "GET", "/api/v1/query?query=up", shown)).toBe(403);
      // Promtail's path: here the Collector sends.
      expect(await askGateway(second, "POST", "/loki/api/v1/push", shown)).toBe(403);
      expect(await askGateway(second, "POST", "/insert/loki/api/v1/push", shown)).toBe(403);
      // Reading is no business of the first.
      expect(await askGateway(second, "POST", "/select/logsql/query?query=*", shown)).toBe(403);
      // Prometheus itself answers this one: there is nothing in it.
      expect(await askGateway(second, "POST", "/api/v1/write", shown)).toBe(400);
      const { stdout } = await second.exec(
        "docker inspect $(docker ps --all --quiet); docker logs vigie-ssh-gateway 2>&1",
      );
      expect(stdout).not.toContain("PRIVATE KEY");
    });

    it("tells of a service that is down on the first", async () => {
      const told = () => notices(second, "TargetDown", "recommender");
      // A machine that is slow to start everything has told of that.
      const before = await told();
      await onHost("docker stop vigie-ssh-recommender-1");
      await expect
        .poll(told, { interval: 1000 })
        .toEqual([...before, "firing"])
        .finally(() => onHost("docker start vigie-ssh-recommender-1"));
      await expect.poll(told, { interval: 1000 }).toEqual([...before, "firing", "resolved"]);
    });

    it("loses neither a sample nor a line when the link is cut, and says that it is", async () => {
      const told = () => notices(second, "HostAgentSilent", "host-prometheus");
      const calm = async () => (await promQl(second, 'ALERTS{alertname="HostAgentSilent"}')).length;
      await expect.poll(calm, { interval: 1000 }).toBe(0);
      const before = await told();
      const began = Date.now() / 1000;
      const heal = await cutLink(second, 8443);
      const ids = Array.from({ length: 30 }, (_, index) => `cut-${String(index).padStart(2, "0")}`);
      const arrived = async () => {
        const lines = await logs().lines({ of: { service: "catalog" }, contains: "cut-" }, 1000);
        return lines.flatMap(({ labels }) => /^cut-\d\d$/.exec(labels.request_id ?? "")?.[0] ?? []).sort();
      };
      try {
        for (const id of ids) {
          const films = await fetch(`http://${host.address}/api/films`, { headers: { "x-request-id": id } });
          expect(films.status).toBe(200);
        }
        await expect.poll(told, { timeout: 300_000, interval: 1000 }).toEqual([...before, "firing"]);
        expect(await arrived()).toEqual([]);
      } finally {
        await heal();
      }
      const cut = Date.now() / 1000 - began;
      await expect.poll(arrived, { timeout: 300_000, interval: 1000 }).toEqual(ids);
      await expect.poll(told, { timeout: 300_000, interval: 1000 }).toEqual([...before, "firing", "resolved"]);
      const timesOfScrapes = async () => {
        const window = Math.ceil(Date.now() / 1000 - began) + 20;
        const [series] = await promQl(second, `up{job="orders"}[${window}s]`);
        return (series?.values ?? []).map(([time]) => time);
      };
      // The newest are here when those before them are: they are sent in their order.
      const healed = began + cut;
      await expect.poll(async () => (await timesOfScrapes()).at(-1), { interval: 1000 }).toBeGreaterThan(healed);
      const times = await timesOfScrapes();
      expect(times[0]).toBeLessThan(began);
      // A scrape every five seconds: some may be late where the machine is busy, but none as long as the link was cut.
      const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
      expect(Math.max(...gaps)).toBeLessThan(cut / 2);
    });

    it("changes nothing at the second up", async () => {
      const { code, output } = await up("--no-verify");
      expect(code, output).toBe(0);
      expect(output).toMatch(/Resources:\s+\d+ unchanged/);
    });
  });

  it("leaves nothing there when it is taken down", async () => {
    const { code, output } = await npm("down", ["--yes"]);
    expect(code, output).toBe(0);
    expect(await left(host)).toEqual([]);
    expect(await left(second)).toEqual([]);
    for (const machine of [host, second]) {
      expect(await on(machine, "docker info --format '{{.LiveRestoreEnabled}}'")).toEqual(["true"]);
    }
  });
});
