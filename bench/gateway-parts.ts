/** The programs of the benchmark of the gateway, each on a port of the loopback that it is told. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hashOf, hashOfPath } from "../offline/hash.ts";
import type { Reporter } from "../offline/report.ts";
import { productOf, runSteps, type Step } from "../offline/steps.ts";
import { npmStep, QUIET } from "./requests-parts.ts";

/** Where the sources and packages lie. */
export interface GatewayParts {
  /** A directory of the benchmark's own. */
  readonly directory: string;
  /** The program that sends requests. */
  readonly autocannon: string;
  /** Nginx' image. */
  readonly nginx: string;
}

/** A program that runs, and its process. */
export interface Program {
  /** Its process, whose processor time counts. */
  readonly pid: number;
  /** Ends it. */
  stop(): void;
}

/** Installs what is missing, and puts the sources together in a directory that is made anew. */
export async function gatewayParts(
  root: string,
  cache: string,
  directory: string,
  reporter: Reporter,
): Promise<GatewayParts> {
  const load = npmStep("bench-requests-load", "autocannon", join(root, "bench/requests"));
  const gateway = npmStep("bench-gateway", "packages of the surveys", join(root, "services/surveys"));
  const pages = pagesStep(join(root, "services/surveys/pages"));
  await runSteps([load, gateway, pages], { cache, reporter });
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(join(directory, "telemetry"), { recursive: true });
  // Node looks for packages above the files that import them.
  symlinkSync(join(productOf(cache, gateway.id), "node_modules"), join(directory, "node_modules"));
  cpSync(join(root, "services/telemetry/node"), join(directory, "telemetry/node"), { recursive: true });
  cpSync(join(root, "services/calls"), join(directory, "calls"), { recursive: true });
  for (const one of ["package.json", "src"]) {
    cpSync(join(root, "services/surveys", one), join(directory, "surveys", one), { recursive: true });
  }
  cpSync(join(productOf(cache, pages.id), "build"), join(directory, "surveys/pages/build"), { recursive: true });
  cpSync(join(root, "bench/gateway/upstream.mjs"), join(directory, "upstream.mjs"));
  const images = JSON.parse(readFileSync(join(cache, "images.json"), "utf8")) as Readonly<Record<string, string>>;
  if (images.nginx === undefined) throw new Error("there is no image of Nginx yet: run `npm run up` once.");
  return {
    directory,
    autocannon: join(productOf(cache, load.id), "node_modules/autocannon/autocannon.js"),
    nginx: images.nginx,
  };
}

/** The gateway's pages, built as its image has them. */
function pagesStep(source: string): Step {
  const files = ["package.json", "package-lock.json", "tsconfig.json", "vite.config.ts", "src", "static"];
  return {
    id: "bench-gateway-pages",
    name: "pages of the surveys",
    inputs: hashOf(...files.map((file) => hashOfPath(join(source, file))), process.versions.node),
    produces: "build/",
    fix: "see that `npm ci` works here, then run the same command again.",
    async run({ directory, run }) {
      for (const file of files) cpSync(join(source, file), join(directory, file), { recursive: true });
      await run("npm", ["ci", ...QUIET], { cwd: directory });
      await run("npm", ["run", "build"], { cwd: directory });
    },
  };
}

/** Runs a program on one core; its lines go to a file. */
export async function startOn(
  core: number,
  command: readonly string[],
  ready: { readonly directory: string; readonly port: number; readonly env?: Readonly<Record<string, string>> },
): Promise<Program> {
  const output = openSync(join(ready.directory, `${ready.port}.log`), "w");
  const env = { PATH: process.env.PATH ?? "", ...ready.env };
  const child: ChildProcess = spawn("taskset", ["--cpu-list", String(core), ...command], {
    env,
    stdio: ["ignore", output, output],
  });
  if (await listens(ready.port, () => child.exitCode !== null)) {
    return { pid: child.pid ?? 0, stop: () => void child.kill("SIGTERM") };
  }
  child.kill("SIGKILL");
  const lines = readFileSync(join(ready.directory, `${ready.port}.log`), "utf8");
  throw new Error(`${command.join(" ")} doesn't listen: ${lines}`);
}

/** Runs Nginx with one worker on core 0, which passes everything to an upstream. */
export async function startNginx({ nginx, directory }: GatewayParts, port: number, upstream: number): Promise<Program> {
  const file = join(directory, "nginx.conf");
  writeFileSync(file, nginxConf(port, upstream), { mode: 0o644 });
  const name = `vigie-bench-nginx-${port}`;
  const limits = ["--network", "host", "--cpuset-cpus", "0", "--user", "65534:65534", "--cap-drop", "ALL"];
  const mounts = ["--volume", `${file}:/tmp/nginx.conf:ro`, "--entrypoint", "nginx"];
  execFileSync("docker", [
    "run",
    "--detach",
    "--rm",
    "--name",
    name,
    ...limits,
    ...mounts,
    nginx,
    "-c",
    "/tmp/nginx.conf",
  ]);
  const stop = () => void execFileSync("docker", ["rm", "--force", name], { stdio: "ignore" });
  if (!(await listens(port, () => false))) {
    stop();
    throw new Error("Nginx doesn't listen.");
  }
  return {
    pid: Number(execFileSync("docker", ["inspect", "--format", "{{.State.Pid}}", name], { encoding: "utf8" })),
    stop,
  };
}

// As people write it: connections to the upstream are kept, and nothing is logged but errors.
function nginxConf(port: number, upstream: number): string {
  return `daemon off;
worker_processes 1;
pid /tmp/nginx.pid;
error_log stderr warn;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  upstream behind { server 127.0.0.1:${upstream}; keepalive 64; }
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
}
`;
}

async function listens(port: number, ended: () => boolean): Promise<boolean> {
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      // Redis hangs up on HTTP: somebody is there.
      (error: Error) => (error.cause as NodeJS.ErrnoException | undefined)?.code !== "ECONNREFUSED",
    );
  for (let attempt = 0; attempt < 150 && !ended(); attempt += 1) {
    if (await answers()) return true;
    await sleep(100);
  }
  return false;
}
