import path from "node:path";
import { cacheDirectory } from "../../../offline/cache.ts";
import { hashOf, hashOfPath } from "../../../offline/hash.ts";
import { planSteps } from "../../../offline/index.ts";
import { createReporter } from "../../../offline/report.ts";
import { productOf, runSteps } from "../../../offline/steps.ts";
import { docker, run, sh } from "../shell.ts";

const here = import.meta.dirname;

/** What is on a rehearsal host when it starts. */
export type HostKind = "bare" | "docker";

/**
 * The image of a rehearsal host: Debian with sshd, made from the tree that `offline/` keeps, and kept in this machine's
 * Docker for the next run.
 */
export async function hostImage(kind: HostKind): Promise<string> {
  const tree = await debianTree({ docker: true });
  const files = ["Dockerfile", "start.sh"].map((file) => hashOfPath(path.join(here, file)));
  const tag = hashOf(files, hashOfPath(path.join(tree, "var/lib/dpkg/status"))).slice(0, 12);
  const image = `vigie-rehearsal/${kind}:${tag}`;
  if ((await run("docker", ["image", "inspect", image])).code === 0) return image;
  const base = `vigie-rehearsal/debian:${tag}`;
  await importTree(tree, base);
  const values = [`BASE=${base}`, `DOCKER=${kind === "docker" ? "yes" : "no"}`].flatMap((value) => [
    "--build-arg",
    value,
  ]);
  await sh("docker", ["build", "--quiet", "--network", "host", ...values, "--tag", image, here]);
  return image;
}

/** The Debian tree that `offline/` keeps, made where it is missing; and Docker is started, where that is asked for. */
export async function debianTree({ docker }: { readonly docker: boolean }): Promise<string> {
  const cache = cacheDirectory();
  const needs = { cli: false, plugins: false, docker, images: [], tools: ["promtool"] as const };
  const { steps } = planSteps(needs, { cache, ownGo: false, dockerRuns: false });
  await runSteps(steps, { cache, reporter: createReporter() });
  return path.join(productOf(cache, "debian"), "root");
}

/** Images of rehearsal hosts that are in this machine's Docker. */
export function hostImages(): Promise<string[]> {
  return docker("image", "ls", "--filter", "reference=vigie-rehearsal/*", "--format", "{{.Repository}}:{{.Tag}}");
}

async function importTree(tree: string, image: string): Promise<void> {
  const leaveOut = ["./proc/*", "./sys/*", "./var/cache/apt/archives/*.deb"].map((pattern) => `--exclude=${pattern}`);
  const script = 'image=$1 && shift && tar "$@" -cf - . | docker import - "$image"';
  await sh("bash", ["-o", "pipefail", "-c", script, "import", image, "-C", tree, ...leaveOut]);
}
