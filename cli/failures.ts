/**
 * What the test runners wrote of the tests that did not pass: their names and why. A run's log is long, and whoever gets
 * it cut has its end at best.
 */

import { stripVTControlCharacters } from "node:util";

/** A test that did not pass. */
export interface Failure {
  /** Its file, where the report names it, and its name. */
  readonly test: string;
  /** What the runner says of it; at most about 1,500 characters, from the beginning and the end. */
  readonly message: string;
}

/** What we read of vitest's JSON report. */
export interface VitestReport {
  /** Tests that were found, whether they ran or not. */
  readonly numTotalTests: number;
  /** Tests that ran and passed. */
  readonly numPassedTests: number;
  /** The files. */
  readonly testResults: readonly {
    readonly name?: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName?: string;
      readonly status?: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

/** The failures of vitest's JSON report: tests that failed or were skipped, and files that could not be loaded. */
export function vitestFailures(text: string): Failure[] {
  return (JSON.parse(text) as VitestReport).testResults.flatMap(({ name = "", status, message, assertionResults }) => {
    if (assertionResults.length === 0) {
      return status === "failed" ? [{ test: name, message: shortened(message ?? "could not be loaded") }] : [];
    }
    return assertionResults
      .filter((each) => each.status !== undefined && each.status !== "passed")
      .map((each) => ({
        test: `${name} > ${each.fullName ?? ""}`,
        message: shortened(each.failureMessages?.join("\n") || `was ${each.status}`),
      }));
  });
}

/** The failures of a JUnit XML report, as pytest writes it. */
export function junitFailures(text: string): Failure[] {
  const cases = text.matchAll(
    /<testcase\s([^>]*[^/>])>\s*<(failure|error|skipped)\b([^>]*?)(?:\/>|>([\s\S]*?)<\/\2>)/g,
  );
  return [...cases].map(([, at = "", kind = "", attributes = "", words = ""]) => ({
    test: [attribute(at, "classname"), attribute(at, "name")].filter((each) => each !== "").join(" > "),
    message: shortened(unescaped(words) || attribute(attributes, "message") || kind),
  }));
}

function attribute(attributes: string, name: string): string {
  return unescaped(new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "");
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&", "#10": "\n" };

function unescaped(text: string): string {
  return text.replace(/&(#?\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity);
}

/** The cause stands at the beginning of an assertion, and at the end of what a command printed. */
function shortened(text: string): string {
  const plain = stripVTControlCharacters(text).trim();
  return plain.length <= 1500 ? plain : `${plain.slice(0, 700)}\n…\n${plain.slice(-800)}`;
}
