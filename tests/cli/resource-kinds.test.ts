import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { CONTAINER, HOST_SETUP, kindOf, SSH_HOST, urnPattern } from "../../cli/resource-kinds.ts";

const root = path.join(import.meta.dirname, "../..");

describe("a type of resource", () => {
  it.each([
    [CONTAINER, "container"],
    ["docker:index/remoteImage:RemoteImage", "image"],
    ["command:remote:Command", "step"],
    ["vigie:index:Redis", "vigie:index:Redis"],
  ])("%s is called %s", (type, kind) => {
    expect(kindOf(type)).toBe(kind);
  });

  it.each([HOST_SETUP, SSH_HOST])("%s is the one that a component registers", (type) => {
    const texts = globSync("components/**/*.ts", { cwd: root }).map((file) =>
      readFileSync(path.join(root, file), "utf8"),
    );
    expect(
      texts.filter((text) => text.includes(`super("${type}"`) || text.includes(`super("${type.split(":").at(-1)}"`)),
    ).toHaveLength(1);
  });
});

describe("a pattern of URNs", () => {
  it("means those of a type, those of a name, and those below them", () => {
    expect(urnPattern(SSH_HOST)).toBe("**vigie:index:SshHost::*");
    expect(urnPattern(SSH_HOST, { name: "web" })).toBe("**vigie:index:SshHost::web");
    expect(urnPattern(HOST_SETUP, { below: true })).toBe("**vigie:index:HostSetup**");
    expect(urnPattern(HOST_SETUP, { name: "web-setup", below: true })).toBe("**vigie:index:HostSetup**::web-setup**");
  });
});
