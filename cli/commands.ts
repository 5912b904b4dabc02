/** The project's own commands, and what each takes. */

/** Runs a command with its arguments and returns the exit code. */
export type Command = (args: readonly string[]) => Promise<number>;

/** A command, as the table below has it. */
export interface NamedCommand {
  /** What it does, in a few words. @default - it is for `.ci/run` */
  readonly about?: string;
  /** What may follow its name. @default - nothing */
  readonly usage?: string;
  /** Loads it: a command brings only what it needs. */
  load(): Promise<Command>;
}

/** Does nothing: what starts the commands has installed what they need by now. */
const install: Command = async () => 0;

/** The commands; those without a description are for `.ci/run`. */
export const COMMANDS: Readonly<Record<string, NamedCommand>> = {
  up: {
    about: "bring the stack up",
    usage: "[--stack <name>] [--yes] [--no-verify] [--online | --offline] [-- <arguments of pulumi up>]",
    load: async () => (await import("./up.ts")).up,
  },
  down: {
    about: "take the stack down",
    usage: "[--stack <name> --yes] [--keep-data] [--orphans] [-- <arguments of pulumi destroy>]",
    load: async () => (await import("./down.ts")).down,
  },
  preview: {
    about: "say what `up` would change: data, requests, restarts, alerts, who is told",
    usage:
      "[--markdown | --json | --diff] [--against <file>] [--expect-deployed] [--expect-no-changes] [--stack <name>] [--online | --offline] [-- <arguments of pulumi preview>]",
    load: async () => (await import("./preview.ts")).preview,
  },
  verify: {
    about: "prove that what is deployed works",
    usage: "[--stack <name>] [--json] [--notify]",
    load: async () => (await import("./verify.ts")).verify,
  },
  status: {
    about: "say what runs, and which alerts fire",
    usage: "[--stack <name>] [--json]",
    load: async () => (await import("./look/status.ts")).status,
  },
  logs: {
    about: "print what a service wrote",
    usage:
      "[<service>] [--since 15m] [--level error] [--trace <id>] [--contains <text>] [--limit 200] [--follow] [--json] [--stack <name>]",
    load: async () => (await import("./look/logs.ts")).logs,
  },
  open: {
    about: "open a page of it",
    usage: "[<page>] [--print] [--stack <name>]",
    load: async () => (await import("./look/open.ts")).open,
  },
  traffic: {
    about: "ask every route as visitors would, for a minute",
    usage: "[--seconds 60] [--rate 20] [--stack <name> --yes]",
    load: async () => (await import("./traffic.ts")).traffic,
  },
  explain: {
    about: "say what is known of an alert: rule, fault, whom it tells, what to do",
    usage: "[<alert>] [--stack <name>]",
    load: async () => (await import("./look/explain.ts")).explain,
  },
  drill: {
    about: "break it on purpose: does every alert come",
    usage: "[--alert <name>[:<service>]]… [--all] [--list] [--json] [--repair] [--stack <name>] [--yes-break <name>]",
    load: async () => (await import("./drill.ts")).drill,
  },
  rollout: {
    about: "let a new version in step by step, and back out where it is worse",
    usage:
      "<service> [--image <reference>] [--steps 10,25,50,100] [--every 60s] [--confidence 0.99] [--least 100] [--memory-within 1h] [--abort] [--stack <name> --yes]",
    load: async () => (await import("./rollout.ts")).rollout,
  },
  backup: {
    about: "keep databases and files",
    usage: "[--to <directory>] [--prove [--from <directory>]] [--identity <file>] [--stack <name>]",
    load: async () => (await import("./backup.ts")).backup,
  },
  restore: {
    about: "bring back what a backup has",
    usage: "--from <directory> [--identity <file>] [--yes] [--stack <name>]",
    load: async () => (await import("./restore.ts")).restore,
  },
  compose: {
    about: "write what is deployed as a docker-compose.yml",
    usage: "[--to <directory>] [--stack <name>]",
    load: async () => (await import("./compose.ts")).compose,
  },
  draw: {
    about: "draw pictures of what the program declares",
    usage: "[--stack <name>] [--to <directory>]",
    load: async () => (await import("./draw.ts")).draw,
  },
  setup: {
    about: "configure the hosts",
    usage: "[--check] [--yes] [--stack <name>]",
    load: async () => (await import("./setup.ts")).setup,
  },
  env: {
    about: "print the variables that `npx pulumi` needs here",
    usage: "[--stack <name>]",
    load: async () => (await import("./env.ts")).env,
  },
  doctor: {
    about: "check this machine, with a fix for each problem",
    usage: "[--json] [--stack <name>]",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  clean: {
    about: "say what can go from this machine, and take it",
    usage: "[--yes] [--go]",
    load: async () => (await import("./clean.ts")).clean,
  },
  trust: {
    about: "show the key of the stack's host, and keep it when you agree",
    usage: "[<address>] [--fingerprint SHA256:…]… [--replace] [--stack <name>]",
    load: async () => (await import("./trust.ts")).trust,
  },
  pin: {
    about: "resolve the digests of all images, and keep them",
    usage: "[--check] [--mirror <address>]",
    load: async () => (await import("./pin.ts")).pin,
  },
  sbom: {
    about: "list all that is built, shipped and run, in CycloneDX's form",
    usage: "[--output <file>]",
    load: async () => (await import("./sbom.ts")).sbom,
  },
  install: { load: async () => install },
  results: { load: async () => (await import("./results.ts")).results },
  test: {
    about: "unit and contract tests, without Docker",
    usage: "[<arguments of vitest>]",
    load: async () => (await import("./test.ts")).test,
  },
  bench: {
    about: "ratios against a named anchor",
    usage: "[<name>] [--pairs 7] [--minutes 10] [--yes]",
    load: async () => (await import("./bench.ts")).bench,
  },
  mutate: {
    about: "change the sources one place at a time: do the unit tests notice",
    usage:
      "[--folder <folder>]… [--since <commit>] [--sample <number>] [--seed <number>] [--parallel <number>] [--again]",
    load: async () => (await import("./mutate.ts")).mutate,
  },
  e2e: {
    about: "the tests on a real deployment; with --images official, of Loki and Grafana too",
    usage: "[--images official] [<arguments of vitest>]",
    load: async () => (await import("./e2e.ts")).e2e,
  },
};

/** All commands, a line each. */
export function usage(): string {
  const lines = Object.entries(COMMANDS)
    .filter(([, { about }]) => about !== undefined)
    .map(([name, { about }]) => `  npm run ${name.padEnd(8)} ${about}`);
  return `The commands are:\n${lines.join("\n")}\nnpm run <command> -- --help says what it takes.\n`;
}

/** What a command does and takes. */
export function helpOf(name: string, { about = "for the gate", usage: takes = "" }: NamedCommand): string {
  return `npm run ${name}: ${about}\n\n  npm run ${name}${takes === "" ? "" : ` -- ${takes}`}\n`;
}
