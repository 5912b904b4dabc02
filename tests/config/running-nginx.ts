import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { NGINX_PORTS } from "../../config/nginx.ts";
import { findTool } from "../../offline/tools.ts";
import { freePorts } from "../free-ports.ts";

/** An Nginx that runs one of our configurations. */
export interface RunningNginx {
  /** Where its site is: `http://127.0.0.1:…`. */
  readonly url: string;
  /** Ends it. */
  stop(): void;
}

/**
 * Starts the real Nginx with a configuration of ours, on ports that are free.
 *
 * @param content the configuration
 * @param root directory of the site in it; the files' one takes its place
 * @param files paths of files, and of directories where they end with a slash
 */
export async function runningNginx(content: string, root: string, files: readonly string[]): Promise<RunningNginx> {
  const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-nginx-"));
  const site = path.join(directory, "site");
  for (const file of files) {
    mkdirSync(path.join(site, path.dirname(`${file}x`)), { recursive: true });
    if (!file.endsWith("/")) writeFileSync(path.join(site, file), file);
  }
  const [own = 0, status = 0] = await freePorts(2);
  const text = content
    .replaceAll("/tmp/", `${directory}/`)
    .replaceAll(`root ${root};`, `root ${site};`)
    .replaceAll(`listen ${NGINX_PORTS.site}`, `listen 127.0.0.1:${own}`)
    .replaceAll(`listen ${NGINX_PORTS.status}`, `listen 127.0.0.1:${status}`)
    .replace("worker_processes 1;", "worker_processes 1;\ndaemon off;\nuser root;")
    .replaceAll("/dev/stdout", path.join(directory, "access.log"))
    .replaceAll("/dev/stderr", path.join(directory, "error.log"))
    // Here the edge is this machine itself.
    .replace("set_real_ip_from 10.0.0.0/8;", "set_real_ip_from 127.0.0.0/8;")
    .replace(/include \/etc\/nginx\/mime.types;/, "");
  const file = path.join(directory, "nginx.conf");
  writeFileSync(file, text);
  const nginx: ChildProcess = spawn(findTool("nginx"), ["-c", file], { stdio: "ignore" });
  const url = `http://127.0.0.1:${own}`;
  for (let tries = 0; tries < 100; tries++) {
    const answers = await fetch(url, { redirect: "manual" }).then(
      () => true,
      () => false,
    );
    if (answers) return { url, stop: () => nginx.kill("SIGQUIT") };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  nginx.kill("SIGKILL");
  throw new Error(`Nginx does not answer with ${file}`);
}
