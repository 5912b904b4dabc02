import { beforeAll, describe, expect, it } from "vitest";
import type { WordPress } from "../../../components/index.ts";
import { isDrillable } from "../../../signals/drill.ts";
import { isAlertingRule } from "../../../signals/rule-group.ts";
import { manners, registered, resource, settle, startMocks, types } from "../recorder.ts";
import { reachableScript } from "./reachable-script.ts";

let library: typeof import("../../../components/index.ts");
let blog: WordPress;

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
  const host = new library.LocalDockerHost("local", { checkMachine: false });
  const edge = new library.Traefik("edge", { host });
  const mysql = new library.Mysql("mysql", { host, databases: ["blog"] });
  blog = new library.WordPress("blog", {
    host,
    edge,
    database: mysql,
    hostname: "blog.example",
    replicas: 2,
    protect: true,
    settings: { endSeconds: 120 },
    thresholds: { PhpFpmSlowRequests: { warning: 0.7 }, NginxConnectionsDropped: { warning: 9 } },
  });
  new library.PhpMyAdmin("phpmyadmin", { host, database: mysql, service: "blog" });
  await settle();
});

const container = (name: string) => resource(types.container, `${name}-container`);
const mounts = (name: string) =>
  (container(name).volumes as { containerPath: string; readOnly?: boolean; volumeName?: string }[]).map(
    ({ containerPath, readOnly = false }) => `${containerPath}${readOnly ? " ro" : ""}`,
  );
const landed = (name: string) => String(resource(types.command, name).stdin);
const script = (name: string) => String(resource(types.command, name).create);

describe("WordPress", () => {
  it("may write to its uploads, and to nothing else that is kept", () => {
    expect(mounts("blog-php-1").filter((mount) => !mount.endsWith(" ro"))).toEqual([
      "/var/www/html/wp-content/uploads",
      // Its own sockets, which are gone with it.
      "/run/vigie-php",
    ]);
    expect(mounts("blog-1").every((mount) => mount.endsWith(" ro"))).toBe(true);
    expect(container("blog-php-1").user).toBe("33:33");
  });

  it("gives its sockets to its web server and its exporter, read-only, and to nobody else", () => {
    const having = registered
      .filter(
        ({ type, inputs }) => type === types.container && JSON.stringify(inputs.volumes)?.includes("/run/vigie-php"),
      )
      .map(({ inputs }) => [String(inputs.name), mounts(String(inputs.name).replace("vigie-test-", ""))] as const)
      .map(([name, all]) => `${name.replace("vigie-test-", "")}${all.includes("/run/vigie-php ro") ? " ro" : ""}`);
    expect(having.sort()).toEqual([
      "blog-1 ro",
      "blog-2 ro",
      "blog-php-1",
      "blog-php-1-exporter ro",
      "blog-php-2",
      "blog-php-2-exporter ro",
      "phpmyadmin-1 ro",
      "phpmyadmin-php-1",
    ]);
    const volumeOf = (name: string) =>
      (container(name).volumes as { containerPath: string; volumeName?: string }[]).find(
        ({ containerPath }) => containerPath === "/run/vigie-php",
      )?.volumeName;
    expect(volumeOf("blog-1")).toBe("vigie-test-blog-php-sockets");
    expect(volumeOf("phpmyadmin-1")).toBe("vigie-test-phpmyadmin-php-sockets");
    expect(landed("blog-php-fpm-config")).not.toMatch(/^listen = \d|listen = .*:/m);
  });

  it("asks its own pages of its own web servers, in a network that nobody else is in", () => {
    const joined = (name: string) =>
      (container(name).networksAdvanced as { name: string }[]).map((network) =>
        network.name.replace("vigie-test-", ""),
      );
    const pages = registered
      .filter(
        ({ type, inputs }) => type === types.container && JSON.stringify(inputs.networksAdvanced)?.includes("pages"),
      )
      .map(({ inputs }) => String(inputs.name).replace("vigie-test-", ""));
    expect(pages.sort()).toEqual(["blog-1", "blog-2", "blog-php-1", "blog-php-2"]);
    expect(resource(types.network, "local-pages-blog-php").internal).toBe(true);
    expect(joined("blog-php-1")).toEqual(["store-mysql", "pages-blog-php"]);
    expect(joined("blog-php-1-exporter")).toEqual(["metrics"]);
    // It asks no page of itself.
    expect(joined("phpmyadmin-php-1")).toEqual(["store-mysql"]);
    expect(joined("phpmyadmin-1")).toEqual(["services"]);
  });

  it("changes its last PHP-FPM after its web servers: an old one of those has an old one of these till then", () => {
    const waitsFor = (name: string) =>
      [...(manners.dependencies.get(`${types.container} ${name}-container`) ?? [])].map((urn) =>
        urn.split("::").at(-1),
      );
    const servers = ["blog-1-container", "blog-2-container"];
    expect(waitsFor("blog-php-2")).toEqual(expect.arrayContaining(["blog-php-1-container", ...servers]));
    for (const server of servers) expect(waitsFor("blog-php-1")).not.toContain(server);
  });

  it("has a volume for a release's code, and one for uploads that is protected", () => {
    expect(resource(types.volume, "blog-php-code").name).toMatch(/^vigie-test-blog-php-code-[0-9a-f]{12}$/);
    expect(resource(types.volume, "blog-php-data").name).toBe("vigie-test-blog-php-data");
    expect(JSON.stringify(resource(types.volume, "blog-php-data").labels)).toContain("vigie.data");
  });

  it("is installed inside its first container, and its password is in no script", () => {
    expect(script("blog-install")).toBe("docker exec vigie-test-blog-php-1 php /etc/vigie-php/wordpress/install.php\n");
    expect(
      registered
        .filter(({ type }) => type === types.command)
        .map(({ inputs }) => JSON.stringify(inputs))
        .join(),
    ).not.toContain("secret-of-");
  });

  it("is routed by its host name to both web servers, and asked whether PHP answers", () => {
    const route = String(resource(types.command, "blog-route").stdin);
    expect(route).toContain("Host(`blog.example`) && PathPrefix(`/`)");
    expect(route).toContain("http://vigie-test-blog-1:8080");
    expect(route).toContain("http://vigie-test-blog-2:8080");
    expect(route).toContain("path: /vigie-ready");
  });

  it("waits as long for PHP as its settings say", () => {
    expect(landed("blog-site-config")).toContain("fastcgi_read_timeout 125s;");
  });

  it("has room for two uploads at a time in front of PHP", () => {
    const { memory, tmpfs } = container("blog-1");
    expect({ memory, tmpfs }).toMatchObject({ memory: 98, tmpfs: { "/tmp": expect.stringContaining("size=66m") } });
  });

  it("hands other numbers to the alerts that have them", () => {
    const limits = blog.signals.ruleGroups?.flatMap(({ rules }) =>
      rules.filter(isAlertingRule).flatMap(({ alert, limit }) => (limit === undefined ? [] : [[alert, limit.value]])),
    );
    expect(limits).toContainEqual(["PhpFpmSlowRequests", 0.7]);
    expect(limits).toContainEqual(["NginxConnectionsDropped", 9]);
    expect(limits).toContainEqual(["PhpFpmPoolExhausted", 0.9]);
  });

  it("has a drill that stops every replica for an outage, and one that stops one for a warning", () => {
    const drills = blog.signals.ruleGroups?.flatMap(({ rules }) =>
      rules
        .filter(isAlertingRule)
        .flatMap(({ alert, severity, drill }) =>
          isDrillable(drill) && drill.fault.kind === "stop" ? [[alert, severity, drill.fault.containers]] : [],
        ),
    );
    const pools = { component: "blog-php", name: ["blog-php-1", "blog-php-2"] };
    const servers = { component: "blog", name: ["blog-1", "blog-2"] };
    expect(drills).toEqual([
      ["PhpFpmDown", "critical", pools],
      ["PhpFpmDown", "warning", { ...pools, one: true }],
      ["NginxDown", "critical", servers],
      ["NginxDown", "warning", { ...servers, one: true }],
    ]);
  });

  it("is watched as two jobs, and depends on its database", () => {
    expect(blog.signals.scrapeJobs.map(({ job, targets }) => [job, targets.length])).toEqual([
      ["blog-php", 2],
      ["blog", 2],
    ]);
    expect(blog.signals.uses).toEqual([
      { service: "blog-php", on: "mysql", exporter: true },
      { service: "blog", on: "blog-php", exporter: true },
    ]);
    expect(blog.signals.traced).toEqual([]);
  });
});

describe("PhpMyAdmin", () => {
  it("is on the loopback, behind no edge, and knows no password of the database", () => {
    expect(container("phpmyadmin-1")).not.toHaveProperty("ports");
    expect(registered.some(({ name }) => name === "phpmyadmin-route")).toBe(false);
    expect(landed("phpmyadmin-site-config")).toContain("fastcgi_read_timeout 305s;");
    const uploads = JSON.stringify(resource(types.container, "phpmyadmin-php-secret-writer").uploads);
    expect(uploads.match(/\/run\/secrets\/[\w-]+/g)).toEqual(["/run/secrets/cookie-key"]);
  });
});

describe("what is looked at before the web server is made", () => {
  let text = "";
  beforeAll(async () => {
    text = await reachableScript({ pool: "elsewhere", container: "vigie-test-elsewhere" });
  });

  it("asks the first FastCGI target at its socket, as Nginx has it, and names it where it does not answer", () => {
    expect(text.match(/--volume sockets:\/run\/vigie-php:ro /g)).toHaveLength(1);
    expect(text).toContain("no PHP-FPM answers at the FastCGI target /run/vigie-php/elsewhere.sock");
  });

  it("comes before the configuration, which a site that runs would read at once", () => {
    const waitsFor = (name: string) => manners.dependencies.get(`${types.command} ${name}`);
    expect(waitsFor("blog-site-config")).toContainEqual(expect.stringMatching(/::blog-reachable$/));
    expect(waitsFor("blog-reachable")).toContainEqual(expect.stringMatching(/::blog-php-1-container$/));
  });

  it("looks into the very volume that Nginx serves", () => {
    expect(text).toContain("--volume code:/var/www/html:ro");
    expect(text).toContain("the volume code has no index.php");
    expect(text.indexOf("volume inspect")).toBeLessThan(text.indexOf("docker run"));
  });
});
