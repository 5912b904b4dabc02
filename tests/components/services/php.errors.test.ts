import { beforeAll, describe, expect, it } from "vitest";
import { wordpress } from "../../../services/blog/wordpress.ts";
import { startMocks } from "../recorder.ts";

let library: typeof import("../../../components/index.ts");

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});

const host = () => new library.LocalDockerHost(`local-${Math.random()}`, { checkMachine: false });

describe("fails before anything is made", () => {
  it("for a blog with wrong texts, with all of them", () => {
    const here = host();
    const args = {
      host: here,
      edge: new library.Traefik("edge", { host: here }),
      database: new library.Mysql("mysql", { host: here, databases: ["blog"] }),
      hostname: "Blog.Example",
      title: "",
      admin: "a",
      mail: "nobody",
      thresholds: { PhpFpmPoolExhausted: { warning: 90 } },
    };
    expect(() => new library.WordPress("blog", args)).toThrow(
      /title.*admin.*mail.*hostname.*thresholds\.PhpFpmPoolExhausted\.warning: got 90/s,
    );
  });

  it("for a blog that its database does not know", () => {
    const here = host();
    const args = {
      host: here,
      edge: new library.Traefik("edge", { host: here }),
      database: new library.Mysql("mysql", { host: here, databases: ["shop"] }),
      hostname: "blog.example",
    };
    expect(() => new library.WordPress("blog", args)).toThrow(/Add "blog" to `databases`/);
  });

  it("for an application and settings that make no sense, together", () => {
    const application = { ...wordpress, root: "html" };
    const make = () =>
      new library.PhpFpm("php", { host: host(), application, replicas: 0, settings: { maxChildren: -1 } });
    expect(make).toThrow(/application\.root.*settings\.maxChildren.*replicas/s);
  });

  it("for a site on another host than its application, whose files it serves", () => {
    const php = new library.PhpFpm("php", { host: host(), application: wordpress });
    expect(() => new library.PhpSite("site", { host: host(), php, publish: 8099 })).toThrow(
      /host: got "local-.*; allowed: the host of php, whose files it serves: local-/,
    );
  });

  it("for a blog and for phpMyAdmin on a data store that is no MySQL", () => {
    const here = host();
    const postgres = new library.Postgres("postgres", { host: here, databases: ["blog"] });
    const edge = new library.Traefik("edge", { host: here });
    const refused = /database: got "postgres"; allowed: a data store of the kind Mysql/;
    const args = { host: here, edge, database: postgres, hostname: "blog.example" };
    // @ts-expect-error a program in JavaScript has no compiler that says so
    expect(() => new library.WordPress("blog", args)).toThrow(refused);
    // @ts-expect-error likewise
    expect(() => new library.PhpMyAdmin("phpmyadmin", { host: here, database: postgres, service: "blog" })).toThrow(
      refused,
    );
  });

  it.each(["lots", "4MiB"])("for %s of memory, in whatever component", (memory) => {
    const php = new library.PhpFpm("php", { host: host(), application: wordpress });
    expect(() => new library.PhpSite("site", { host: php.host, php, publish: 8099, memory })).toThrow(
      /component "site" is refused:\n {2}- memory: got "(lots|4MiB)"; allowed: a size of at least 6MiB/,
    );
  });

  it("for a site that nobody reaches", () => {
    const here = host();
    const php = new library.PhpFpm("php", { host: here, application: wordpress });
    expect(() => new library.PhpSite("site", { host: here, php })).toThrow(
      /edge: got nothing; allowed: an edge or a port/,
    );
  });

  it("for phpMyAdmin on a port that is taken", () => {
    const here = host();
    new library.Traefik("edge", { host: here });
    const database = new library.Mysql("mysql", { host: here, databases: ["blog"] });
    const make = () => new library.PhpMyAdmin("phpmyadmin", { host: here, database, service: "blog", port: 8080 });
    expect(make).toThrow(/phpMyAdminPort/);
  });
});
