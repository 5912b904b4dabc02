import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { configureLogs } from "../index.ts";

// What is asserted of each answer. Left out is what takes a description at its word where it can't say enough: that a
// request of the described form succeeds (there may be no such order), and that one of another form is refused. That a
// missing key is refused is asserted by each service's own tests: a header that is given here is given always.
const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_schema_conformance",
  "response_headers_conformance",
  "unsupported_method",
];

/** How an API is asked. */
export interface Asking {
  /** Path of its description. @default "/api/v1/openapi.json" */
  readonly description?: string;
  /** Sent with each request. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** The most requests of an operation and a phase. @default 60 */
  readonly examples?: number;
  /** Only the paths that this regular expression finds. @default - all */
  readonly only?: string;
  /** Checks that are left out. @default [] */
  readonly except?: readonly string[];
}

/** What came of it. */
export interface Asked {
  /** Whether every answer was as described. */
  readonly well: boolean;
  /** What schemathesis wrote: what it asked, and each answer that was not. */
  readonly told: string;
}

/**
 * Asks an API everything that its own description lets one make up: right, wrong, on the border, and in sequences. The
 * same each time. $SCHEMATHESIS is the program, as test.sh brings it.
 *
 * @example
 * ```ts
 * const { well, told } = await askedAll("http://127.0.0.1:3001");
 * expect(well, told).toBe(true);
 * ```
 */
export async function askedAll(url: string, asking: Asking = {}): Promise<Asked> {
  const { description = "/api/v1/openapi.json", headers = {}, examples = 60, only, except = [] } = asking;
  const program = process.env.SCHEMATHESIS;
  if (program === undefined) throw new Error("No schemathesis: run the tests by test.sh, which brings it.");
  const sent = Object.entries(headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]);
  const checks = CHECKS.filter((check) => !except.includes(check)).join(",");
  const words = ["run", `${url}${description}`, "--checks", checks, "--seed", "1", "--no-color", ...sent];
  const paths = only === undefined ? [] : ["--include-path-regex", only];
  const limits = ["--max-examples", `${examples}`, "--request-timeout", "20", "--suppress-health-check", "all"];
  // Hundreds of refusals are a line each.
  configureLogs("described", "critical");
  // What it has learned stays in a folder of its own: the next run begins anew.
  const cwd = mkdtempSync(path.join(tmpdir(), "schemathesis-"));
  const child = spawn(program, [...words, ...paths, ...limits], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let told = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (told += String(part)));
  const code = await new Promise<number | null>((ended, failed) => {
    child.once("error", failed);
    child.once("close", ended);
  });
  return { well: code === 0, told };
}
