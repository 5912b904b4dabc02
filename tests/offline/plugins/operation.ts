import type { Operation } from "../../../offline/plugins/framework/provider.ts";

/** An operation whose log is kept, and that can be aborted. */
export function testOperation() {
  const controller = new AbortController();
  const lines: string[] = [];
  const operation: Operation = {
    urn: "urn:pulumi:t::conf::command:local:Command::f",
    name: "f",
    signal: controller.signal,
    log: (severity, message) => lines.push(`${severity}: ${message}`),
  };
  return { operation, lines, abort: () => controller.abort() };
}
