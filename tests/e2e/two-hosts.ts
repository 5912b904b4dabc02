/** What a stack on two rehearsal hosts is asked, from those hosts and from outside. */

import { request } from "node:https";
import { connect } from "node:net";
import type { RehearsalHost } from "./hosts/host.ts";
import { LOG_STORE } from "./images.ts";
import { LOG_STORE_PORTS, type LogStore, logStore } from "./log-store.ts";

/** A script on a host, as lines. */
export async function onHost(host: RehearsalHost, script: string): Promise<string[]> {
  return (await host.exec(script)).stdout.split("\n").filter((line) => line !== "");
}

/** What a page on the loopback of a host answers. There is no curl on a bare Debian. */
async function get(host: RehearsalHost, port: number, path: string): Promise<string> {
  const question = `GET ${path.replaceAll("'", "%27")} HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n`;
  const script = `exec 3<>/dev/tcp/127.0.0.1/${port}; printf '${question.replaceAll("%", "%%")}' >&3; cat <&3`;
  const { stdout, output } = await host.exec(`bash -c ${JSON.stringify(script)}`);
  const end = stdout.indexOf("\r\n\r\n");
  // A log store that finds nothing answers nothing: that is no answer which did not come.
  if (!/^HTTP\/\S+ 200 /.test(stdout) || end < 0) throw new Error(`port ${port} answers to ${path}: ${output}`);
  return stdout.slice(end + 4);
}

/** The same, parsed. */
export async function ask<T>(host: RehearsalHost, port: number, path: string): Promise<T> {
  return JSON.parse(await get(host, port, path)) as T;
}

/** A sample of a query: labels, and value or values. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

/** What the Prometheus of a host answers. */
export async function promQl(host: RehearsalHost, query: string): Promise<readonly Sample[]> {
  const path = `/api/v1/query?query=${encodeURIComponent(query)}`;
  return (await ask<{ data: { result: Sample[] } }>(host, 9090, path)).data.result;
}

/** The log store of a host. */
export function logsOf(host: RehearsalHost): LogStore {
  return logStore(LOG_STORE, (path) => get(host, LOG_STORE_PORTS[LOG_STORE], `/${path}`));
}

/** The states of an alert that arrived in the inbox of a host, in their order. */
export async function notices(host: RehearsalHost, alert: string, service: string): Promise<string[]> {
  interface Notice {
    readonly notice: { readonly alerts: readonly { status: string; labels: Record<string, string> }[] };
  }
  return (await ask<Notice[]>(host, 8026, "/notices"))
    .flatMap(({ notice }) => notice.alerts)
    .filter(({ labels }) => labels.alertname === alert && labels.service === service)
    .map(({ status }) => status);
}

/** Ports of a host that answer from outside, among all that anything on it listens on or publishes. */
export async function openPorts(host: RehearsalHost): Promise<number[]> {
  const listening = await onHost(host, "ss --no-header --listening --tcp --numeric | awk '{ print $4 }'");
  const published = await onHost(host, "docker ps --format '{{.Ports}}'");
  const known = [
    80, 443, 2375, 2376, 3000, 3100, 5432, 6379, 8025, 8026, 8080, 8443, 9090, 9093, 9100, 9115, 9117, 9428, 9443,
  ];
  const found = [
    ...listening.map((address) => address.slice(address.lastIndexOf(":") + 1)),
    ...published.flatMap((line) => [...line.matchAll(/:(\d+)->/g)].map(([, port = ""]) => port)),
  ].map(Number);
  const candidates = [...new Set([...known, ...found])].sort((a, b) => a - b);
  const answers = await Promise.all(candidates.map((port) => answersAt(host.address, port)));
  return candidates.filter((_, index) => answers[index]);
}

function answersAt(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    // A kernel answers at once, however busy its machine is; only what the firewall drops takes the whole wait.
    const socket = connect({ host: address, port, timeout: 5000 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on("connect", () => end(true));
    socket.on("timeout", () => end(false));
    socket.on("error", () => end(false));
  });
}

/** The certificate and key of a link, as they lie on a host. */
export async function linkFiles(host: RehearsalHost, volume: string): Promise<{ cert: string; key: string }> {
  const read = async (file: string) => (await host.exec(`cat /var/lib/docker/volumes/${volume}/_data/${file}`)).stdout;
  return { cert: await read("link.crt"), key: await read("link.key") };
}

/** Status of a request to a gateway; whom it trusts is not what is asked here. */
export function askGateway(
  host: RehearsalHost,
  method: string,
  path: string,
  shown: { readonly cert: string; readonly key: string } | object = {},
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = { host: host.address, port: 9443, method, path, rejectUnauthorized: false, agent: false, ...shown };
    const sent = request(options, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode));
    });
    sent.on("error", reject);
    sent.end();
  });
}

/** Cuts the way to a port that a container of a host publishes; gives what heals it. */
export async function cutLink(host: RehearsalHost, containerPort: number): Promise<() => Promise<void>> {
  const rule = `DOCKER-USER -p tcp --dport ${containerPort} -j DROP`;
  await onHost(host, `iptables -I ${rule}`);
  return async () => {
    await onHost(host, `iptables -D ${rule}`);
  };
}
