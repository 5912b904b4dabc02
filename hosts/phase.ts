import { type Problem, refuseIf } from "../services/problems.ts";
import type { Task } from "./task.ts";

/** Tasks of one host that are done together, in their order, over one connection. */
export interface Phase {
  /** Name of the phase on the host: what is remembered there is kept under it. */
  readonly name: string;
  /** The tasks. */
  readonly tasks: readonly Task[];
  /** Names of the secrets that contents may use. @default [] */
  readonly secrets?: readonly string[];
  /** Users and groups that the host has already, besides those of a fresh Debian. @default [] */
  readonly knownUsers?: readonly string[];
  /** What the host must have, in MiB; asked before anything is changed. @default - 64 of memory, 200 of disk */
  readonly needs?: { readonly memory?: number; readonly disk?: number };
}

/** The users and groups of every fresh Debian, Ubuntu and Amazon Linux. */
const STANDARD = "root daemon bin sys adm tty disk lp mail games www-data backup nobody nogroup sudo wheel users staff";

/** One argument of a process holds at most 128 KiB on Linux, and the program is handed to a shell as one. */
const LARGEST_PROGRAM = 128 * 1024 - 1;

/**
 * Refuses a phase with all that is wrong in it.
 *
 * @throws DeclarationError
 */
export function refusePhase(phase: Phase): void {
  refuseIf(`host setup ${JSON.stringify(phase.name)}`, phaseProblems(phase));
}

/** Refuses a program that is too long to be handed to a shell. */
export function refuseLength(phase: Phase, program: string): void {
  const bytes = Buffer.byteLength(program);
  refuseIf(
    `host setup ${JSON.stringify(phase.name)}`,
    bytes <= LARGEST_PROGRAM
      ? []
      : [
          {
            property: "tasks",
            given: `${phase.tasks.length} tasks, ${bytes} bytes of shell`,
            allowed: `at most ${LARGEST_PROGRAM} bytes`,
            fix: "Split them into two HostSetups, the second with the first in `after`.",
          },
        ],
  );
}

function phaseProblems(phase: Phase): Problem[] {
  const problems: Problem[] = [];
  if (!/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$/.test(phase.name)) {
    problems.push({ property: "name", given: phase.name, allowed: "letters, digits, . _ and -, at most 100" });
  }
  if (phase.tasks.length === 0) {
    problems.push({ property: "tasks", given: [], allowed: "at least one task" });
  }
  for (const need of ["memory", "disk"] as const) {
    const given = phase.needs?.[need];
    if (given !== undefined && !(Number.isInteger(given) && given >= 0)) {
      problems.push({ property: `needs.${need}`, given, allowed: "a whole number of MiB" });
    }
  }
  const known = new Set(
    [...STANDARD.split(" "), ...(phase.knownUsers ?? [])].flatMap((n) => [`user ${n}`, `group ${n}`]),
  );
  const claimed = new Map<string, { readonly where: string; readonly claim: string }>();
  phase.tasks.forEach((task, index) => {
    if (typeof task?.kind !== "string") {
      problems.push({
        property: `tasks[${index}]`,
        given: task === undefined ? undefined : "(no task)",
        allowed: "a task, or a list of them",
      });
      return;
    }
    const where = `tasks[${index}] (${oneLine(`${task.kind} ${task.title}`)})`;
    for (const problem of task.problems) problems.push({ ...problem, property: `${where}.${problem.property}` });
    for (const { property, what } of task.needs) {
      if (known.has(what)) continue;
      const [kind, name] = what.split(" ");
      problems.push({
        property: `${where}.${property}`,
        given: name,
        allowed: `a ${kind} that an earlier task makes, or one that the host has`,
        fix: `Put ${kind}({ name: ${JSON.stringify(name)} }) before it, or name it in knownUsers.`,
      });
    }
    for (const secret of task.content?.secrets ?? []) {
      if (phase.secrets?.includes(secret)) continue;
      problems.push({
        property: `${where}.content`,
        given: secret,
        allowed: `a name in secrets; there ${phase.secrets?.length ? `are ${phase.secrets.join(", ")}` : "is none"}`,
      });
    }
    for (const claim of task.claims) {
      const [thing = "", as] = claim.split(" = ");
      const other = claimed.get(thing);
      // Two lists may both want a package; nobody may want it and not want it.
      if (other !== undefined && (as === undefined || other.claim !== claim)) {
        problems.push({
          property: where,
          given: claim,
          allowed: "each thing of the host by one task",
          fix: `${other.where} has it already: leave one of the two out.`,
        });
      }
      claimed.set(thing, { where, claim });
    }
    for (const what of task.provides) known.add(what);
  });
  return problems;
}

/** Text on one line, without characters that steer a terminal. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ");
}
