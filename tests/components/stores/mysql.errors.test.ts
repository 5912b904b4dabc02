import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LocalDockerHost } from "../../../components/index.ts";
import { startMocks } from "../recorder.ts";

let library: typeof import("../../../components/index.ts");
let host: LocalDockerHost;

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});

beforeEach(() => {
  host = new library.LocalDockerHost("local", { checkMachine: false });
});

describe("Mysql", () => {
  it("fails with every wrong name of a database at once", () => {
    const long = "a".repeat(33);
    const databases = ["Blog", "blog", "blog", "root", "sys", "vigie_health", long];
    const allowed =
      "a service's name, and none of root, vigie_monitoring, vigie_health, mysql, sys, information_schema, performance_schema.";
    expect(() => new library.Mysql("mysql", { host, databases })).toThrow(
      [
        'data store "mysql" is refused:',
        `  - databases[0]: got "Blog"; allowed: ${allowed}`,
        '  - databases[2]: got "blog"; allowed: each service once.',
        `  - databases[3]: got "root"; allowed: ${allowed}`,
        `  - databases[4]: got "sys"; allowed: ${allowed}`,
        `  - databases[5]: got "vigie_health"; allowed: ${allowed}`,
        `  - databases[6]: got "${long}"; allowed: at most 32 letters.`,
      ].join("\n"),
    );
  });

  it("fails with too little memory", () => {
    expect(() => new library.Mysql("mysql", { host, databases: [], memory: "256MiB" })).toThrow(
      /data store "mysql" is refused:\n {2}- memory: got "256MiB"; allowed: a size of at least 384MiB/,
    );
  });

  it("fails for a third kind of program", () => {
    // @ts-expect-error a program in JavaScript has no compiler that says so
    expect(() => new library.Mysql("mysql", { host, databases: [], flavour: "percona" })).toThrow(
      /flavour: got "percona"; allowed: one of mysql, mariadb/,
    );
  });

  it("fails when a service uses it that it does not know", () => {
    const mysql = new library.Mysql("mysql", { host, databases: ["wordpress"] });
    expect(() => mysql.connectionFor("tickets")).toThrow(
      /uses: got "mysql"; allowed: a data store that knows it; this one has wordpress\. Add "tickets" to `databases` of "mysql"/,
    );
  });
});
