/** A real Alertmanager with receivers on this machine, for the tests. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { findTool } from "../../offline/tools.ts";

/** What a receiver was sent. */
export interface Sent {
  /** Path that it was sent to. */
  readonly path: string;
  /** Headers of the request. */
  readonly headers: http.IncomingHttpHeaders;
  /** Its body, from JSON. */
  readonly body: Record<string, unknown>;
}

/** A sink for webhooks of any kind. */
export async function startSink(): Promise<{ url: string; sent: Sent[]; close: () => void }> {
  const sent: Sent[] = [];
  const server = http.createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      sent.push({ path: request.url ?? "", headers: request.headers, body: JSON.parse(text || "{}") });
      // PagerDuty and Opsgenie answer 202, and Slack the word.
      response.writeHead(request.url === "/slack" ? 200 : 202, { "content-type": "text/plain" }).end("ok");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  return { url: `http://127.0.0.1:${port}`, sent, close: () => server.close() };
}

/** A mail server that keeps what it is sent, and asks for nothing. */
export async function startMailSink(): Promise<{ smarthost: string; mails: string[]; close: () => void }> {
  const mails: string[] = [];
  const server = net.createServer((socket) => {
    let data: string | undefined;
    socket.write("220 sink\r\n");
    socket.on("data", (chunk) => {
      if (data !== undefined) {
        data += chunk;
        if (!data.endsWith("\r\n.\r\n")) return;
        mails.push(data);
        data = undefined;
        socket.write("250 kept\r\n");
      } else if (/^DATA/i.test(String(chunk))) {
        data = "";
        socket.write("354 go on\r\n");
      } else if (/^QUIT/i.test(String(chunk))) socket.end("221 bye\r\n");
      else socket.write("250 fine\r\n");
    });
    socket.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  return { smarthost: `127.0.0.1:${port}`, mails, close: () => server.close() };
}

/** A directory for files of secrets, as receivers name them. */
export class SecretDirectory {
  readonly path = mkdtempSync(path.join(os.tmpdir(), "vigie-secrets-"));

  /** Writes a secret, and gives the path of its file. */
  file(name: string, secret: string): string {
    const file = path.join(this.path, name);
    writeFileSync(file, secret);
    return file;
  }

  /** Takes all of them away. */
  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

/** An alert as Prometheus sends it. */
export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Whether it has ended. @default false */
  readonly ended?: boolean;
}

/** A single Alertmanager, with this configuration. */
export class RunningAlertmanager {
  readonly #directory = mkdtempSync(path.join(os.tmpdir(), "vigie-alertmanager-"));
  #process: ChildProcess | undefined;
  #url = "";

  /** Starts it; fails with its own words where it refuses the configuration. */
  async start(config: string): Promise<void> {
    const file = path.join(this.#directory, "alertmanager.yml");
    writeFileSync(file, config);
    const args = [
      `--config.file=${file}`,
      `--storage.path=${this.#directory}/data`,
      "--web.listen-address=127.0.0.1:0",
      "--cluster.listen-address=",
      "--log.format=json",
    ];
    const started = spawn(findTool("alertmanager"), args);
    this.#process = started;
    let words = "";
    this.#url = await new Promise((resolve, reject) => {
      started.stderr.on("data", (chunk) => {
        words += chunk;
        const [, address] = /"Listening on".*?"address":"([^"]+)"/.exec(words) ?? [];
        if (address !== undefined) resolve(`http://${address}`);
      });
      started.on("exit", (code) => reject(new Error(`alertmanager ended with ${code}: ${words}`)));
      started.on("error", reject);
    });
  }

  /** Sends alerts, as Prometheus does. */
  async send(...alerts: readonly Alert[]): Promise<void> {
    const body = alerts.map(({ labels, annotations = {}, ended = false }) => ({
      labels,
      annotations,
      ...(ended ? { startsAt: "2024-01-01T00:00:00Z", endsAt: new Date().toISOString() } : {}),
    }));
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${this.#url}/api/v2/alerts`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  }

  /** Ends it, and forgets what it kept. */
  async stop(): Promise<void> {
    if (this.#process?.exitCode === null) {
      this.#process.removeAllListeners("exit");
      this.#process.kill();
      await once(this.#process, "exit");
    }
    rmSync(this.#directory, { recursive: true });
  }
}
