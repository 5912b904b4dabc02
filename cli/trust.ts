/** `npm run trust`: the keys of the stack's hosts are shown, and kept when the user agrees. */

import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { pinsOf } from "../components/hosts/ssh-access.ts";
import { knownHostsName, knownKeys, parseSshUrl, type SshTarget } from "../config/ssh.ts";
import { root } from "./places.ts";
import { capture } from "./run.ts";
import { readSettings } from "./settings.ts";

/**
 * Asks each host for its public key, shows the fingerprint and writes it into `Pulumi.<stack>.known_hosts`. Nobody logs
 * in: a server proves its key before it asks for the user's. `--fingerprint SHA256:…`, once for each host, agrees
 * beforehand to exactly those keys; `--replace` takes the place of an older one.
 *
 * @throws Error when a host does not answer, has another key than before, or nobody agrees.
 */
export async function trust(args: readonly string[]): Promise<number> {
  const { hosts, ...options } = trustOptions(args);
  for (const host of hosts) await trustHost(host, options);
  return 0;
}

async function trustHost(host: SshTarget, { stack, fingerprints, replace }: TrustOptions): Promise<void> {
  const { file } = pinsOf(stack, root);
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  const key = await offeredKey(host);
  const shown = fingerprintOf(key);
  const name = knownHostsName(host);
  const known = knownKeys(before, host);
  if (known.includes(key)) {
    process.stdout.write(`${name} is trusted already, by ${shown}.\n`);
    return;
  }
  process.stdout.write(`${name} has the key ${shown} (${key.split(" ")[0]}).\n`);
  if (known.length > 0 && !replace) {
    throw new Error(
      `${basename(file)} has another key of ${name}: ${known.map(fingerprintOf).join(", ")}. If the host was made anew, ` +
        "run this again with --replace; if not, somebody may be in between: nothing was sent to it.",
    );
  }
  await agreed(name, shown, fingerprints);
  writeFileSync(file, withPin(before, name, key));
  process.stdout.write(`Written to ${basename(file)}: commit it, so that everybody trusts the same key.\n`);
}

interface TrustOptions {
  readonly stack: string;
  readonly fingerprints: readonly string[];
  readonly replace: boolean;
}

function trustOptions(args: readonly string[]): TrustOptions & { readonly hosts: readonly SshTarget[] } {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      stack: { type: "string" },
      fingerprint: { type: "string", multiple: true },
      replace: { type: "boolean" },
    },
    allowPositionals: true,
  });
  const stack = values.stack ?? "dev";
  const configured = readSettings(stack).values;
  const [named] = positionals;
  const texts = named === undefined ? [configured.host, configured.monitoringHost] : [named];
  const given = texts.filter((text) => typeof text === "string" && text !== "").map(String);
  const hosts = given.map(parseSshUrl).filter((host) => host !== undefined);
  if (hosts.length === 0 || hosts.length < given.length) {
    throw new Error(
      `vigie:host of the stack ${stack} is ${JSON.stringify(given.join(", "))}, and no ssh://user@address:port: set it, ` +
        "or name the host: npm run trust -- ssh://deploy@192.0.2.10",
    );
  }
  return { stack, hosts, fingerprints: values.fingerprint ?? [], replace: values.replace === true };
}

/** What a server is called in the file that `ssh` writes its key to. */
const ALIAS = "asked";

/** The public key that a server proves to have. @throws Error when it does not answer */
async function offeredKey(host: SshTarget): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "vigie-trust-"));
  const file = join(directory, "known_hosts");
  try {
    const options = {
      // ssh writes names in forms of its own: small letters, addresses as its resolver has them.
      HostKeyAlias: ALIAS,
      UserKnownHostsFile: file,
      GlobalKnownHostsFile: "none",
      StrictHostKeyChecking: "accept-new",
      HashKnownHosts: "no",
      CheckHostIP: "no",
      BatchMode: "yes",
      PreferredAuthentications: "none",
      ConnectTimeout: "10",
    };
    const words = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
    const target = ["-p", String(host.port), "-l", host.user, host.address];
    const result = await capture(["ssh", "-F", "none", ...words, ...target, "true"], { timeoutSeconds: 30 });
    const [key] = existsSync(file) ? knownKeys(readFileSync(file, "utf8"), { address: ALIAS, port: 22 }) : [];
    if (key === undefined) {
      throw new Error(`${knownHostsName(host)} shows no key. ssh says: ${result.stderr.trim().split("\n").at(-1)}`);
    }
    return key;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The fingerprint of a public key, as `ssh-keygen -l` prints it. */
export function fingerprintOf(key: string): string {
  const bytes = Buffer.from(key.split(" ")[1] ?? "", "base64");
  return `SHA256:${createHash("sha256").update(bytes).digest("base64").replace(/=+$/, "")}`;
}

/** @throws Error when nobody agrees */
async function agreed(name: string, shown: string, fingerprints: readonly string[]): Promise<void> {
  if (fingerprints.length > 0) {
    if (fingerprints.includes(shown)) return;
    throw new Error(`--fingerprint is ${fingerprints.join(", ")}, and ${name} has ${shown}: it is not trusted.`);
  }
  if (!process.stdin.isTTY) {
    throw new Error(`nobody is there to agree: compare it on the host itself, then add --fingerprint ${shown}`);
  }
  process.stdout.write("On the host, this prints the same: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\n");
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question("Is it the same? Type yes to trust it: ");
  terminal.close();
  if (answer.trim().toLowerCase() !== "yes") throw new Error("it is not trusted; nothing was written.");
}

/** The text of a known_hosts file with one more key, which takes the place of others of that name. */
export function withPin(text: string, name: string, key: string): string {
  const kept = text.split("\n").filter((line) => line !== "" && line.split(/\s+/)[0]?.toLowerCase() !== name);
  return `${[...kept, `${name} ${key}`].join("\n")}\n`;
}
