/**
 * The project's own commands: `npm run up`, `down`, `preview`, `verify` and all others of the table below.
 */

import { styleText } from "node:util";

/** Runs a command with its arguments and returns the exit code. */
export type Command = (args: readonly string[]) => Promise<number>;

/** Does nothing: what starts the commands has installed what they need by now. */
const install: Command = async () => 0;

/** The commands; those without a description are for `.ci/run`. */
const commands: Readonly<Record<string, { readonly about?: string; load(): Promise<Command> }>> = {
  up: { about: "bring the stack up", load: async () => (await import("./up.ts")).up },
  down: { about: "take the stack down", load: async () => (await import("./down.ts")).down },
  preview: { about: "show what `up` would change", load: async () => (await import("./preview.ts")).preview },
  verify: { about: "prove that what is deployed works", load: async () => (await import("./verify.ts")).verify },
  status: {
    about: "say what runs, and which alerts fire",
    load: async () => (await import("./look/status.ts")).status,
  },
  logs: { about: "print what a service wrote", load: async () => (await import("./look/logs.ts")).logs },
  open: { about: "open a page of it", load: async () => (await import("./look/open.ts")).open },
  explain: {
    about: "say what is known of an alert: rule, fault, whom it tells, what to do",
    load: async () => (await import("./look/explain.ts")).explain,
  },
  drill: { about: "break it on purpose: does every alert come", load: async () => (await import("./drill.ts")).drill },
  backup: { about: "keep databases and files", load: async () => (await import("./backup.ts")).backup },
  restore: { about: "bring back what a backup has", load: async () => (await import("./restore.ts")).restore },
  compose: {
    about: "write what is deployed as a docker-compose.yml",
    load: async () => (await import("./compose.ts")).compose,
  },
  setup: { about: "configure the hosts", load: async () => (await import("./setup.ts")).setup },
  env: { about: "print the variables that `npx pulumi` needs here", load: async () => (await import("./env.ts")).env },
  doctor: {
    about: "check this machine, with a fix for each problem",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  clean: {
    about: "say what can go from this machine, and take it",
    load: async () => (await import("./clean.ts")).clean,
  },
  trust: {
    about: "show the key of the stack's host, and keep it when you agree",
    load: async () => (await import("./trust.ts")).trust,
  },
  pin: {
    about: "resolve the digests of all images, and keep them",
    load: async () => (await import("./pin.ts")).pin,
  },
  sbom: {
    about: "list all that is built, shipped and run, in CycloneDX's form",
    load: async () => (await import("./sbom.ts")).sbom,
  },
  install: { load: async () => install },
  results: { load: async () => (await import("./results.ts")).results },
  test: { about: "unit and contract tests, without Docker", load: async () => (await import("./test.ts")).test },
  bench: { about: "ratios against a named anchor", load: async () => (await import("./bench.ts")).bench },
  mutate: {
    about: "change the sources one place at a time: do the unit tests notice",
    load: async () => (await import("./mutate.ts")).mutate,
  },
  e2e: {
    about: "the tests on a real deployment; with --images official, of Loki and Grafana too",
    load: async () => (await import("./e2e.ts")).e2e,
  },
};

function usage(): string {
  const lines = Object.entries(commands)
    .filter(([, { about }]) => about !== undefined)
    .map(([name, { about }]) => `  npm run ${name.padEnd(8)} ${about}`);
  return `The commands are:\n${lines.join("\n")}\n`;
}

async function main(argv: readonly string[]): Promise<number> {
  const [name = "", ...args] = argv;
  const command = commands[name];
  if (command === undefined) {
    process.stderr.write(`${name === "" ? "No command was given." : `There is no command "${name}".`}\n${usage()}`);
    return 2;
  }
  try {
    return await (await command.load())(args);
  } catch (error) {
    const problem = error instanceof Error ? error : new Error(String(error));
    process.stderr.write(`\n${styleText("red", "error:")} ${problem.message}\n`);
    if (process.env.VIGIE_DEBUG) process.stderr.write(`${problem.stack ?? ""}\n`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
