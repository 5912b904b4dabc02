import { spawn } from "node:child_process";

/** What is sent. */
export interface Load {
  /** Where to. */
  readonly url: string;
  /** How many requests. */
  readonly amount: number;
  /** Connections that send them. */
  readonly connections: number;
  /** Sent with each. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Sends requests from core 1, as many as are said.
 *
 * @param autocannon path of the program
 * @throws Error when one is not answered, or not well
 */
export async function sendRequests(
  autocannon: string,
  { url, amount, connections, headers = {} }: Load,
): Promise<void> {
  const sent = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}=${value}`]);
  const args = ["-c", String(connections), "-a", String(amount), ...sent, "--json", url];
  const load = spawn("taskset", ["--cpu-list", "1", process.execPath, autocannon, ...args], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let said = "";
  for await (const part of load.stdout) said += part;
  const { "2xx": answered } = JSON.parse(said) as { readonly "2xx": number };
  if (answered !== amount) throw new Error(`${url} answered ${answered} of ${amount} requests.`);
}
