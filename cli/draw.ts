/** `npm run draw`: pictures of what the program declares, drawn from the program itself. */

import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { takeValue } from "./backup/take-value.ts";
import { refuseForeign } from "./compose.ts";
import { type DrawnStack, filesOf, HEAD } from "./draw/files.ts";
import { planOf } from "./draw/plan.ts";
import { stackOptions } from "./options.ts";
import { root } from "./places.ts";
import { readSettings } from "./settings.ts";

/** Where the drawings of the documentation are. */
export const DRAWINGS = join(root, "docs", "drawings");

/** Public keys of machines that nobody has: the drawing of two hosts needs some. */
const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILi7A3k+qHGtTEYAz45glSq6P0v9TquIqjRwNLI+BH8g";
const HOSTS = ["192.0.2.10", "192.0.2.20"] as const;

/**
 * Draws a stack, `--stack <name>`, as its file has it: components, deployment, and the ways of metrics, logs, traces,
 * alerts and pages, each as SVG and as Mermaid, into `--to <directory>` or `drawings/`. Without a stack it draws those of
 * the documentation, into `docs/drawings/`. Nothing is deployed, and nothing that is deployed is asked.
 *
 * @throws Error when the settings are refused, or `--to` holds what is no earlier drawing; then nothing is written
 */
export async function draw(args: readonly string[]): Promise<number> {
  const { value, rest } = takeValue(args, "to");
  const own = !rest.some((word) => word === "--stack" || word.startsWith("--stack="));
  const { stack } = stackOptions(rest);
  const directory = resolve(value ?? (own ? DRAWINGS : "drawings"));
  refuseForeign(directory, "README.md", HEAD);
  const stacks = own ? await documented() : [{ name: stack, plan: await planOf(readSettings(stack)) }];
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(directory)) rmSync(join(directory, name));
  for (const [name, text] of Object.entries(filesOf(stacks))) writeFileSync(join(directory, name), text);
  process.stdout.write(`${directory}\n`);
  return 0;
}

/** The stacks that the documentation shows: `dev`, and the storefront with its monitoring on another machine. */
export async function documented(): Promise<readonly DrawnStack[]> {
  // Which stores there are follows from the machine where it is not said.
  const dev = { logStore: "victorialogs", grafana: false };
  const apart = {
    systems: ["storefront"],
    host: `ssh://deploy@${HOSTS[0]}`,
    monitoringHost: `ssh://deploy@${HOSTS[1]}`,
    logStore: "loki",
    grafana: true,
    mailTo: ["team@shop.example"],
    mailFrom: "vigie@shop.example",
    mailServer: "mail.shop.example:587",
    deadMansSwitch: true,
    deadMansSwitchMail: { to: ["ops@shop.example"] },
  };
  const knownHosts = HOSTS.map((host) => `${host} ${KEY}\n`).join("");
  const [one, two] = await Promise.all([
    planOf(readSettings("dev"), { others: dev }),
    planOf({ ...readSettings("prod"), stack: "two-hosts", label: "vigie/two-hosts" }, { others: apart, knownHosts }),
  ]);
  return [
    { name: "dev", plan: one },
    { name: "two-hosts", plan: two, only: ["deployment", "metrics", "logs", "traces", "alerts"] },
  ];
}
