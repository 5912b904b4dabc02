import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type BeforeInstall, refusal, startsDaemon } from "../../cli/before-install.ts";
import { abilities } from "../../offline/preflight.ts";

const clone = mkdtempSync(join(tmpdir(), "vigie-clone-"));
writeFileSync(join(clone, "Pulumi.dev.yaml"), "config:\n  vigie:systems: [storefront]\n");
writeFileSync(join(clone, "Pulumi.shop.yaml"), "config:\n  vigie:host: ssh://deploy@192.0.2.10\n");
const bare: BeforeInstall = { args: ["up"], env: {}, clone, starts: true };

test("a first up on a bare machine would start Docker there", () => {
  expect(startsDaemon(bare)).toBe(true);
  expect(startsDaemon({ ...bare, args: ["up", "--stack", "new"] })).toBe(true);
});

test.each<[string, Partial<BeforeInstall>]>([
  ["for another command", { args: ["preview"] }],
  ["where Docker runs, or the user can't start it", { starts: false }],
  ["where another engine is named", { env: { DOCKER_HOST: "tcp://192.0.2.1:2376" } }],
  ["for a stack on another host", { args: ["up", "--stack", "shop"] }],
])("nothing is said %s", (_, more) => {
  expect(startsDaemon({ ...bare, ...more })).toBe(false);
});

test("fails with all that is missing and what works, and says nothing of what there is a way without", () => {
  const optional = abilities.filter(({ optional }) => optional);
  const needed = abilities.filter(({ optional }) => !optional);
  expect(refusal(optional.map((ability) => ({ ability, can: false, words: "no" })))).toBeUndefined();
  const words = refusal(needed.map((ability) => ({ ability, can: false, words: "no" })));
  for (const { name } of needed) expect(words).toContain(`PROBLEM  ${name}`);
  expect(words).toContain("`npm run preview` and `npm test`");
});
