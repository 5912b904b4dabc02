import { beforeAll, describe, expect, it } from "vitest";
import { wordpress } from "../../services/blog/wordpress.ts";
import { startMocks } from "./recorder.ts";

let library: typeof import("../../components/index.ts");

beforeAll(async () => {
  await startMocks();
  library = await import("../../components/index.ts");
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
