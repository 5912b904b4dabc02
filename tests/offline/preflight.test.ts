import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { librariesOf } from "../../offline/first-container.ts";
import {
  type Ability,
  abilities,
  abilityProblems,
  neededFor,
  type Tried,
  tryAbilities,
} from "../../offline/preflight.ts";

const ability = (script: string, more: Partial<Ability> = {}): Ability => ({
  name: "mounts",
  tried: "unshare --mount",
  script,
  without: "Nothing can be mounted.",
  neededBy: ["containers"],
  ...more,
});

const tried = async (script: string, seconds = 5): Promise<Tried> => {
  const [only] = await tryAbilities([ability(script)], { directory: tmpdir(), seconds });
  if (only === undefined) throw new Error("nothing was tried");
  return only;
};

test("what a script says with its exit code is what the machine can do", async () => {
  expect(await tried("exit 0")).toMatchObject({ can: true, words: "" });
  expect((await tried("exit 77")).can).toBeUndefined();
  expect(await tried("echo first >&2; echo 'Operation not permitted' >&2; exit 1")).toMatchObject({
    can: false,
    words: "Operation not permitted",
  });
});

test("fails an ability whose try does not end, with all that it has started", async () => {
  const began = Date.now();
  expect(await tried("sleep 60 & wait", 0.2)).toMatchObject({ can: false, words: "no end within 0.2 s" });
  expect(Date.now() - began).toBeLessThan(5000);
});

test("all that is missing is told at once, but what there is a way without", () => {
  const missing = { can: false, words: "unshare: unshare failed: Operation not permitted" };
  expect(
    abilityProblems([
      { ability: ability(""), ...missing },
      { ability: ability("", { without: "No network can be made.", tried: "ip link add" }), ...missing, words: "" },
      { ability: ability("", { optional: true }), ...missing },
      { ability: ability(""), can: true, words: "" },
      { ability: ability(""), words: "" },
    ]),
  ).toEqual([
    "Nothing can be mounted. Tried: unshare --mount (unshare: unshare failed: Operation not permitted).",
    "No network can be made. Tried: ip link add.",
  ]);
});

test("trees need less than containers", () => {
  expect(neededFor("trees").map(({ name }) => name)).toEqual(["mounts", "devices"]);
  expect(neededFor("containers").map(({ name }) => name)).not.toContain("devices");
  expect(neededFor("containers", "trees")).toEqual(abilities);
});

test("what is tried leaves nothing behind, whether this machine can do it or not", async () => {
  const directory = mkdtempSync(join(tmpdir(), "vigie-preflight-"));
  const all = await tryAbilities(abilities, { directory });
  expect(all.map(({ ability: { name } }) => name)).toEqual(abilities.map(({ name }) => name));
  expect(readdirSync(directory)).toEqual([]);
  expect(existsSync("/sys/class/net/vigie0")).toBe(false);
});

test("the libraries of a program are the paths that ldd prints", () => {
  const printed = [
    "\tlinux-vdso.so.1 (0x00007ffc)",
    "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f1)",
    "\t/lib64/ld-linux-x86-64.so.2 (0x00007f2)",
  ].join("\n");
  expect(librariesOf(printed)).toEqual(["/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2"]);
  expect(librariesOf("\tnot a dynamic executable")).toEqual([]);
});
