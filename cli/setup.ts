/** `npm run setup`: the hosts configured as declared, and nothing else; with `--check`, what that would change. */

import { closeSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CONFIGURED_HOSTS } from "../components/hosts/ssh-access.ts";
import { stackOptions } from "./options.ts";
import { ensureStack, type PulumiCli, pulumiCaptured, pulumiInTerminal, readState, wordsOf } from "./pulumi.ts";
import { HOST_SETUP, SSH_HOST, urnPattern } from "./resource-kinds.ts";
import { openSession } from "./session.ts";

/** The variable that HostSetup reads; components/ says what it means. */
const VARIABLE = "VIGIE_SETUP_CHECK";

/** The setups' resources, by name of their type, with the commands below them. */
const SETUPS = urnPattern(HOST_SETUP, { below: true });

/** The hosts themselves, without what is on them: Pulumi registers their providers in any case, and those need them. */
const HOSTS = urnPattern(SSH_HOST);

/**
 * Looks at every host of the program, or sets them up.
 *
 * `--check` dials each host, changes nothing and shows what would change, with the differences of files. Without it the
 * HostSetups are deployed and nothing else is: what they depend on has to be there.
 *
 * @param bare names of hosts that the configuration names: theirs alone. @default - every setup of the program
 * @throws Error when a host refuses or is not reached.
 */
export async function setup(args: readonly string[], bare?: readonly string[]): Promise<number> {
  const options = stackOptions(args, ["check"]);
  const { cli } = await openSession(options.stack, { preference: options.preference, images: "leave", check: true });
  await ensureStack(cli);
  if (options.flags.has("check")) return await lookAtHosts(cli, (text) => process.stdout.write(text));
  const agreed = options.stack === "dev" || options.yes ? ["--yes"] : [];
  const known = bare === undefined ? [] : ((await readState(cli))?.resources ?? []).map(({ urn }) => urn);
  const targets = (bare === undefined ? [SETUPS, HOSTS] : targetsFor(bare, known)).flatMap((target) => [
    "--target",
    target,
  ]);
  return await pulumiInTerminal(cli, ["up", ...agreed, "--suppress-outputs", ...targets, ...options.rest]);
}

/**
 * What is deployed to set up these hosts. No host that is there already: Pulumi would refuse where something on it is
 * about to go.
 *
 * @param bare names of the hosts
 * @param known URNs of what is deployed
 */
export function targetsFor(bare: readonly string[], known: readonly string[]): readonly string[] {
  const isNew = (name: string) => !known.some((urn) => urn.endsWith(`${SSH_HOST}::${name}`));
  return [
    ...bare.map((name) => urnPattern(HOST_SETUP, { name: `${name}-setup`, below: true })),
    ...Object.values(CONFIGURED_HOSTS)
      .filter((name) => bare.includes(name) || isNew(name))
      .map((name) => urnPattern(SSH_HOST, { name })),
  ];
}

/** Runs a preview in which each HostSetup looks at its host, and shows their reports as they come. */
export async function lookAtHosts(cli: PulumiCli, write: (text: string) => void): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "vigie-setup-"));
  const file = join(directory, "report");
  const report = openSync(file, "a+");
  let shown = 0;
  const showMore = () => {
    const buffer = Buffer.alloc(1 << 20);
    for (let size = 1; size > 0; shown += size) {
      size = readSync(report, buffer, 0, buffer.length, shown);
      write(buffer.toString("utf8", 0, size));
    }
  };
  const poll = setInterval(showMore, 200);
  try {
    const result = await pulumiCaptured({ ...cli, env: { ...cli.env, [VARIABLE]: file } }, ["preview"]);
    showMore();
    if (result.code !== 0) throw new Error(`the hosts could not all be looked at. Pulumi says:\n${wordsOf(result)}`);
    if (shown === 0) write("This program sets up no host: there is no HostSetup in it.\n");
    return 0;
  } finally {
    clearInterval(poll);
    closeSync(report);
    rmSync(directory, { recursive: true });
  }
}
