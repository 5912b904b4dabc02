/** What this machine is and has: root, Debian, its packages' mirror, its certificates. */

import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { hashOf } from "./hash.ts";
import type { Step } from "./steps.ts";

/** Whether this process may install packages and make trees of other systems. */
export const isRoot = (): boolean => process.getuid?.() === 0;

/** Whether packages come from apt here. */
export const hasApt = (): boolean => existsSync("/etc/debian_version") && programPath("apt-get") !== undefined;

/** Path of a program on this machine, also where only root's PATH looks. */
export function programPath(name: string): string | undefined {
  const path = [process.env.PATH ?? "", "/usr/local/sbin", "/usr/sbin", "/sbin"].join(delimiter);
  return path
    .split(delimiter)
    .filter((directory) => directory !== "")
    .map((directory) => join(directory, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Debian's mirror: the first address in `apt-cache policy` that ends in /debian. @throws Error when there is none. */
export function debianMirror(policy: string = execFileSync("apt-cache", ["policy"], { encoding: "utf8" })): string {
  const addresses = policy.match(/\b(?:https?|mirror\+file|file|cdrom):\S+/g) ?? [];
  const mirror = addresses.map((address) => address.replace(/\/$/, "")).find((address) => /\/debian$/.test(address));
  if (mirror !== undefined) return mirror;
  throw new Error(
    "apt's sources on this machine name no Debian archive (an address that ends in /debian). Add one to " +
      "/etc/apt/sources.list, run apt-get update, and start again.",
  );
}

const bundleVariables = ["VIGIE_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "PIP_CERT"];
const bundlePlaces = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/** The file of certificates that this machine trusts, which may hold a company's own CA. */
export function caBundle(
  env: Readonly<Record<string, string | undefined>> = process.env,
  exists: (path: string) => boolean = existsSync,
): string | undefined {
  return [...bundleVariables.map((name) => env[name]), ...bundlePlaces].find((path) => path && exists(path));
}

/** Debian packages that this machine lacks for the work ahead. */
export function missingPackages(needs: { debootstrap: boolean; pip: boolean; docker: boolean }): string[] {
  const missing: string[] = [];
  if (needs.debootstrap && programPath("debootstrap") === undefined) missing.push("debootstrap");
  if (needs.pip && !hasPip()) missing.push("python3-pip");
  if (needs.docker && programPath("dockerd") === undefined) {
    missing.push("docker.io", "iptables");
    if (!existsSync("/sys/fs/cgroup/cgroup.controllers") && !existsSync("/sys/fs/cgroup/memory")) {
      missing.push("cgroupfs-mount");
    }
    // With AppArmor in the kernel and no parser, the daemon starts and every container fails.
    if (existsSync("/sys/kernel/security/apparmor") && programPath("apparmor_parser") === undefined) {
      missing.push("apparmor");
    }
  }
  if (missing.length > 0 && caBundle() === undefined) missing.push("ca-certificates");
  return missing;
}

function hasPip(): boolean {
  try {
    execFileSync("python3", ["-m", "pip", "--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** The step that installs Debian packages on this machine; planned only where some are missing. */
export function packagesStep(packages: readonly string[]): Step {
  return {
    id: "machine",
    name: `Debian packages: ${packages.join(", ")}`,
    inputs: hashOf(packages),
    produces: "the programs that the other steps run",
    fix: "see that `apt-get update` works on this machine, then run the same command again.",
    takes: 15,
    present: async () => false,
    async run({ attempt, run }) {
      const env = { DEBIAN_FRONTEND: "noninteractive" };
      const apt = ["-o", "DPkg::Lock::Timeout=300"];
      const install = [...apt, "install", "--yes", "--no-install-recommends", ...packages];
      const fresh = async () => void (await run("apt-get", [...apt, "update"], { env }));
      if (attempt > 1) await fresh();
      await run("apt-get", install, { env }).catch(async (error: unknown) => {
        if (attempt > 1) throw error;
        // A fresh machine has no package lists, an old one lists that the mirror no longer serves.
        await fresh();
        await run("apt-get", install, { env });
      });
    },
  };
}
