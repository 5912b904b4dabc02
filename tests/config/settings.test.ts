import { describe, expect, it } from "vitest";
import { parseProgramSettings as parseSettings } from "../../systems/settings.ts";
import { projectDefaults, stackValues } from "./project-defaults.ts";

const machine = { images: {}, caBundle: undefined };

describe("parseSettings", () => {
  const told = { webhookUrl: "https://pager.example/in", heartbeatUrl: "https://watch.example/in" };
  it.each([
    ["dev", {}],
    ["prod", told],
    ["prod", { untold: JSON.stringify({ critical: "tried out", warning: "tried out", heartbeat: "tried out" }) }],
  ])("accepts the stack %s with the defaults of Pulumi.yaml and %j", (stack, more) => {
    const raw = { ...projectDefaults(), ...stackValues(stack), ...more };
    expect(parseSettings(raw, machine)).toMatchObject({ httpPort: 80, images: {} });
    expect(parseSettings(raw, machine)).toMatchSnapshot();
  });

  it("takes each setting as it is given", () => {
    const given = {
      ...{ systems: '["storefront","blog"]', httpPort: "8000", httpsPort: "8443", inbox: "true", portal: "false" },
      ...{ host: "ssh://deploy@192.0.2.10", sshKeyFile: "~/.ssh/vigie", checkHost: "false", setupHost: "true" },
      ...{ bindAddress: "192.0.2.10", localNames: '["vigie.example"]', discovery: "docker-labels" },
      ...{ apiThroughNginx: "true", edgeLimits: '{"requestsPerSecond":7}', trustedProxies: '["192.0.2.0/24"]' },
      ...{ trustedTraceContext: '["198.51.100.7"]', catalogReplicas: "3", blogHostname: "blog.example" },
      ...{ blogTitle: "News", blogReplicas: "1", phpMyAdmin: "true", phpMyAdminPort: "8099", logAgent: "promtail" },
      ...{ logStore: "victorialogs", grafana: "false", hostLogs: "true", traceStore: "tempo", traceRatio: "0.5" },
      ...{ scrapeInterval: "30s", pace: "steady", retentionMetrics: "3d", retentionLogs: "4d", retentionTraces: "5d" },
      ...{ retentionDisk: "20GiB", protectData: "true", networkMtu: "1400", registryMirror: "mirror.example" },
      ...{ images: '{"nginx":"mine/nginx:1"}', caBundle: "/etc/ca.pem", maintenance: "[]" },
    };
    expect(parseSettings({ ...projectDefaults(), ...given }, machine)).toMatchSnapshot();
  });

  it("fails with the stack prod as it is shipped: visitors come, and nobody is told", () => {
    const prod = { ...projectDefaults(), ...stackValues("prod") };
    expect(() => parseSettings(prod, machine)).toThrow(
      /vigie:receivers: got nothing; allowed: somebody who is told of critical alerts[\s\S]*vigie:untold\.critical[\s\S]*told of warning[\s\S]*vigie:deadMansSwitch: got false/,
    );
    const half = { ...prod, webhookUrl: told.webhookUrl };
    expect(() => parseSettings(half, machine)).toThrow(
      /^[\s\S]*refused:\n {2}- vigie:deadMansSwitch: got false[^\n]*$/,
    );
  });

  it("takes a stack that only its own machine reaches, though it tells nobody", () => {
    expect(parseSettings(projectDefaults(), machine).receivers.told.critical).toEqual([]);
    const open = { ...projectDefaults(), bindAddress: "192.0.2.1" };
    expect(() => parseSettings(open, machine)).toThrow("vigie:receivers");
    expect(parseSettings({ ...open, inbox: "true" }, machine).inbox).toBe(true);
  });

  it("fails with a reason that is none", () => {
    for (const untold of [["critical"], { critical: " " }, { critical: 3 }, { pager: "no" }]) {
      const raw = { ...projectDefaults(), untold: JSON.stringify(untold) };
      expect(() => parseSettings(raw, machine)).toThrow(/vigie:untold: .*critical, warning, info, heartbeat/);
    }
  });

  it("takes the machine's images, and the configuration's before them", () => {
    const raw = { ...projectDefaults(), images: '{"nginx":"mine/nginx:1"}' };
    const images = { nginx: "built/nginx:2", postgres: "built/postgres:2" };
    expect(parseSettings(raw, { ...machine, images }).images.overrides).toEqual({
      nginx: "mine/nginx:1",
      postgres: "built/postgres:2",
    });
  });

  it("takes Loki and Grafana where they can be had, and where images are made what there is in their place", () => {
    expect(parseSettings(projectDefaults(), machine)).toMatchObject({ logStore: "loki", grafana: true });
    const made = parseSettings(projectDefaults(), { ...machine, made: true });
    expect(made).toMatchObject({ logStore: "victorialogs", grafana: false, images: { made: true } });
    const mirrored = { ...projectDefaults(), registryMirror: "mirror.example" };
    expect(parseSettings(mirrored, { ...machine, made: true })).toMatchObject({ logStore: "loki", grafana: true });
  });

  it("fails with a disk that the store of logs which is there can't keep to", () => {
    const raw = { ...projectDefaults(), retentionMetrics: "1d", retentionLogs: "1d", retentionTraces: "1d" };
    const small = { ...raw, retentionDisk: "900MiB" };
    expect(parseSettings(small, machine).logStore).toBe("loki");
    expect(() => parseSettings(small, { ...machine, made: true })).toThrow(/vigie:retentionDisk: got "900MiB"/);
    const dev = { ...projectDefaults(), ...stackValues("dev") };
    expect(parseSettings(dev, { ...machine, made: true }).logStore).toBe("victorialogs");
  });

  it("fails with all that was asked for and can't be had where images are made", () => {
    const asked = { ...projectDefaults(), logStore: "loki", grafana: "true", traceStore: "tempo" };
    const refused = /vigie:logStore: got "loki".*\n.*vigie:grafana: got "true".*\n.*vigie:traceStore: got "tempo"/;
    expect(() => parseSettings(asked, { ...machine, made: true })).toThrow(refused);
    expect(() => parseSettings(asked, { ...machine, made: true })).toThrowErrorMatchingSnapshot();
  });

  it("fails with a log agent whose image can't be had, and says what to do", () => {
    const made = { images: { collector: "built/collector:1" }, made: true, caBundle: undefined };
    const asked = { ...projectDefaults(), logAgent: "promtail" };
    expect(() => parseSettings(asked, made)).toThrow(/vigie:logAgent: got "promtail".*vigie:registryMirror/);
    const here = { ...asked, images: '{"promtail":"registry.example/promtail:3.6.3"}' };
    expect(parseSettings(here, made).logAgent).toBe("promtail");
    expect(parseSettings({ ...asked, registryMirror: "mirror.example" }, made).logAgent).toBe("promtail");
    expect(parseSettings(asked, machine).logAgent).toBe("promtail");
  });

  it("takes the address of the monitoring host for its gateway, unless it has another one", () => {
    const split = {
      ...projectDefaults(),
      host: "ssh://deploy@192.0.2.10",
      monitoringHost: "ssh://deploy@192.0.2.20:2222",
    };
    expect(parseSettings(split, machine)).toMatchObject({ gatewayAddress: "192.0.2.20", gatewayPort: 9443 });
    const inside = { ...split, gatewayAddress: "10.0.0.20" };
    expect(parseSettings(inside, machine).gatewayAddress).toBe("10.0.0.20");
    expect(parseSettings(projectDefaults(), machine).gatewayAddress).toBe("");
  });

  it.each([
    ["0", "8080", 0],
    ["8080", "8089", 8080],
    ["1", "8080", 1],
  ])("takes %s for the blog's own port, with the dashboard at %s", (blogPort, dashboardPort, port) => {
    expect(parseSettings({ ...projectDefaults(), blogPort, dashboardPort }, machine).blogPort).toBe(port);
  });

  it("takes the machine's CA bundle where none is configured", () => {
    const settings = parseSettings(projectDefaults(), { ...machine, caBundle: "/etc/ca.pem" });
    expect(settings.caBundle).toBe("/etc/ca.pem");
  });

  it.each([
    ["an unknown key", { htpPort: "80" }, /vigie:htpPort: got "80".*did you mean vigie:httpPort.*pulumi config rm/],
    [
      "a port out of range",
      { httpPort: "70000" },
      /vigie:httpPort: got "70000"; allowed: a whole number from 1 to 65535/,
    ],
    ["a port that is no number", { httpPort: "http" }, /vigie:httpPort: got "http"/],
    [
      "one port for two",
      { prometheusPort: "8080" },
      /vigie:prometheusPort: got "8080".*vigie:dashboardPort does not have/,
    ],
    [
      "a port of the blog that the dashboard has",
      { blogPort: "8080" },
      /vigie:blogPort: got "8080"; allowed: a port that vigie:dashboardPort does not have.*Change one of the two/,
    ],
    [
      "a port of the blog that two have, and one that is none",
      { blogPort: "9090", mailPort: "9090", httpsPort: "x" },
      /vigie:httpsPort: got "x"[\s\S]*vigie:mailPort: got "9090"[\s\S]*vigie:blogPort: got "9090"/,
    ],
    [
      "a port of the blog out of range",
      { blogPort: "65536" },
      /vigie:blogPort: got "65536"; allowed: a whole number from 1 to 65535, or 0 for none/,
    ],
    [
      "a way of the API that is none",
      { apiThroughNginx: "yes" },
      /vigie:apiThroughNginx: got "yes"; allowed: true or false/,
    ],
    ["an address that is none", { bindAddress: "localhost" }, /vigie:bindAddress: got "localhost"/],
    [
      "no log store",
      { logStore: "elasticsearch" },
      /vigie:logStore: got "elasticsearch"; allowed: one of auto, loki, victorialogs/,
    ],
    ["no word on Grafana", { grafana: "maybe" }, /vigie:grafana: got "maybe"; allowed: one of auto, true, false/],
    ["no log agent", { logAgent: "fluentd" }, /vigie:logAgent: got "fluentd"; allowed: one of collector, promtail/],
    ["no discovery", { discovery: "labels" }, /vigie:discovery: got "labels"; allowed: one of file, docker-labels/],
    ["no replica", { catalogReplicas: "0" }, /vigie:catalogReplicas: got "0"/],
    ["an unknown image", { images: '{"nginxx":"a/b:1"}' }, /vigie:images.*nginx/],
    ["images that are no object", { images: "[1]" }, /vigie:images/],
    ["a mirror with a scheme", { registryMirror: "https://mirror.example" }, /vigie:registryMirror/],
    ["a mail address that is none", { mailTo: "team" }, /vigie:mailTo: got "team"/],
    ["half of what a mail needs", { mailTo: "a@b.example" }, /mailFrom[\s\S]*mailServer/],
    ["a mail user without a password", { mailUser: "vigie" }, /vigie:mailPassword.*--secret/],
    ["a webhook that is none, without showing it", { webhookUrl: "pager" }, /vigie:webhookUrl: got "\(not shown\)"/],
    ["a pace that is none", { pace: "slow" }, /vigie:pace: got "slow"; allowed: one of steady, fast, instant/],
    [
      "a pace that the scrapes are too rare for",
      { pace: "instant" },
      /vigie:scrapeInterval: got "15s"; allowed: at most 2s at the pace instant.*pulumi config set vigie:scrapeInterval 2s/,
    ],
    [
      "a part of a minute between scrapes",
      { scrapeInterval: "0.25m" },
      /vigie:scrapeInterval: got "0\.25m"; .*write "15s"/,
    ],
    ["scrapes without a unit", { scrapeInterval: "15" }, /vigie:scrapeInterval: got "15"; .*write "15s"/],
    [
      "half of a second between scrapes",
      { scrapeInterval: "500ms" },
      /vigie:scrapeInterval: got "500ms"; .*least a second/,
    ],
    ["a system that nobody knows", { systems: '["storefrnt"]' }, /vigie:systems\[0\].*storefront.*Did you mean/],
    ["a system twice", { systems: '["storefront","storefront"]' }, /vigie:systems\[1\].*each system once/],
    ["systems that are no list", { systems: "storefront" }, /vigie:systems: got "storefront"; allowed: a list/],
    ["logs that are kept for less than a day", { retentionLogs: "6h" }, /vigie:retentionLogs: got "6h"; .*"36h"/],
    ["a size that is none", { retentionDisk: "4GB" }, /vigie:retentionDisk: got "4GB"; allowed: a size such as "8GiB"/],
    [
      "more to keep than the disk holds",
      { retentionMetrics: "90d", retentionDisk: "8GiB" },
      /vigie:retentionDisk: got "8GiB"; allowed: at least 2\d\.\d GiB: 90d of metrics .*every 15s.*shorten vigie:retentionMetrics, vigie:retentionLogs or/,
    ],
    [
      "the key of an earlier version, with those in its place",
      { retention: "30d" },
      /vigie:retention: got "30d"; allowed: vigie:retentionMetrics and vigie:retentionLogs in its place.*pulumi config rm/,
    ],
    [
      "the monitoring on the same machine, by its address",
      { host: "ssh://deploy@192.0.2.10", monitoringHost: "ssh://root@192.0.2.10" },
      /vigie:monitoringHost: got "ssh:\/\/root@192\.0\.2\.10"; allowed: another machine.*leaves everything on one/,
    ],
    ["a monitoring host that is none", { monitoringHost: "192.0.2.20" }, /vigie:monitoringHost: got "192\.0\.2\.20"/],
    [
      "a monitoring host that containers can't reach",
      { monitoringHost: "ssh://deploy@[2001:db8::2]" },
      /vigie:gatewayAddress: got "".*reaches 2001:db8::2 by.*no IPv6/,
    ],
    ["a gateway that is none", { gatewayAddress: "https://192.0.2.20" }, /vigie:gatewayAddress: got/],
    ["a gateway's port that another has", { gatewayPort: "9090" }, /vigie:gatewayPort: got "9090".*prometheusPort/],
    [
      "a name of the host that is a pattern",
      { localNames: '["*.shop.example"]' },
      /vigie:localNames: got .*without port/,
    ],
    ["a name of the host with a port", { localNames: '["watch:9090"]' }, /vigie:localNames: got .*without port/],
    ["names of the host that are no list", { localNames: "watch" }, /vigie:localNames: got "watch"/],
    ["a packet that is too small", { networkMtu: "100" }, /vigie:networkMtu: got "100"/],
  ])("fails with %s", (_, change, message) => {
    expect(() => parseSettings({ ...projectDefaults(), ...change }, machine, ["storefront"])).toThrow(message);
    expect(() =>
      parseSettings({ ...projectDefaults(), ...change }, machine, ["storefront"]),
    ).toThrowErrorMatchingSnapshot();
  });

  it("fails with all problems at once", () => {
    const change = { httpPort: "0", retentionLogs: "long", unheardOf: "x" };
    expect(() => parseSettings({ ...projectDefaults(), ...change }, machine)).toThrow(
      /httpPort[\s\S]*retentionLogs[\s\S]*unheardOf/,
    );
  });
});
