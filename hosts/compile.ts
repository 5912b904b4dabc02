import { createHash } from "node:crypto";
import { quote } from "../config/landing.ts";
import { oneLine, type Phase, refuseLength, refusePhase } from "./phase.ts";
import { PLACES } from "./places.ts";
import { CONCLUSION, FIND_CONNECTION, PREFLIGHT, START } from "./preflight.ts";
import { PRELUDE } from "./prelude.ts";
import type { Handler, Task } from "./task.ts";

/** Whether a run changes the host or only says what it would change. */
export type SetupMode = "apply" | "check";

/** A phase as it runs on a host. */
export interface CompiledPhase {
  /** Number of steps that may report: tasks and handlers. */
  readonly steps: number;
  /** Whether a task is taken back unless {@link confirmScript} comes over another connection soon. */
  readonly needsConfirmation: boolean;
  /** The POSIX shell script: the same whatever the tasks are. */
  script(mode: SetupMode): string;
  /** Its standard input: the program, then the contents of files with the secrets in them. */
  input(secrets: Readonly<Record<string, string>>): string;
}

/**
 * Compiles a phase to one POSIX shell script and its standard input.
 *
 * The script looks at the host first and refuses what it can't work with before anything is changed. Each task is then
 * checked, and done where it has to be; what was done is checked again. The script may be cut off at any point and run
 * again. It runs as root: a user who isn't needs `sudo` without a password.
 *
 * @throws DeclarationError with every problem of the phase.
 * @example
 * ```ts
 * const phase = compilePhase({ name: "base", tasks: [directory({ path: "/srv/shop" })] });
 * spawnSync("/bin/sh", ["-c", phase.script("apply")], { input: phase.input({}) });
 * ```
 */
export function compilePhase(phase: Phase): CompiledPhase {
  refusePhase(phase);
  const handlers = handlersOf(phase.tasks);
  const program = renderProgram(phase, handlers);
  refuseLength(phase, program);
  return {
    steps: phase.tasks.length + handlers.length,
    needsConfirmation: phase.tasks.some(({ guarded }) => guarded === true),
    script: (mode) => renderBootstrap(phase, mode),
    input: (secrets) => `${Buffer.byteLength(program)}\n${program}${renderInput(phase.tasks, secrets)}`,
  };
}

/** The handlers that tasks notify, each once, in the order of their first mention. */
function handlersOf(tasks: readonly Task[]): Handler[] {
  return [...new Map(tasks.flatMap(({ notify }) => notify).map((handler) => [idOf(handler), handler])).values()];
}

function renderProgram(phase: Phase, handlers: readonly Handler[]): string {
  const shells = new Set(
    [...phase.tasks.flatMap(({ shell }) => shell), ...handlers.map(({ shell }) => shell)].map((each) => each.trim()),
  );
  const tasks = phase.tasks.map((task, index) =>
    [
      "task",
      String(index + 1),
      task.on.join(" "),
      [...new Set(task.notify.map(idOf))].join(" "),
      oneLine(`${task.kind} ${task.title}`),
      task.kind,
      ...task.words,
    ]
      .map(quote)
      .join(" "),
  );
  const ready = phase.tasks
    .filter((task) => task.shell.some((shell) => shell.includes(`ready_${task.kind}()`)))
    .map((task) => `ready ${[task.on.join(" "), task.kind, ...task.words].map(quote).join(" ")}`);
  const ends = handlers.map((handler, index) =>
    ["handler", String(phase.tasks.length + index + 1), idOf(handler), oneLine(handler.title), ...handler.words]
      .map(quote)
      .join(" "),
  );
  return [
    PRELUDE.trim(),
    PLACES.trim(),
    ...shells,
    START.trim(),
    FIND_CONNECTION.trim(),
    PREFLIGHT.trim(),
    ...ready,
    '[ -z "$refused" ] || exit 65',
    ...tasks,
    ...ends,
    CONCLUSION.trim(),
    "",
  ].join("\n");
}

/** The script that takes the program from standard input, becomes root and hands over. */
function renderBootstrap(phase: Phase, mode: SetupMode): string {
  const { memory = 64, disk = 200 } = phase.needs ?? {};
  const words = [mode, phase.name, String(memory), String(disk)].map(quote).join(" ");
  return `# The setup ${quote(phase.name)} of this host: what it does comes on standard input.
read -r size && program=$(head -c "$size") || exit 65
if [ "$(id -u)" -eq 0 ]; then
  sudo=
elif ! command -v sudo >/dev/null; then
  echo "@ refused $(id -un) is not root, and the host has no sudo: connect as root, or install sudo there."
  exit 65
elif ! sudo -n true 2>/dev/null; then
  echo "@ refused $(id -un) may not use sudo without a password: add '$(id -un) ALL=(ALL) NOPASSWD: ALL' to /etc/sudoers.d/vigie on the host."
  exit 65
else
  sudo="sudo -n"
fi
exec $sudo /bin/sh -c "$program" vigie-setup ${words} "\${SSH_CONNECTION-}"
`;
}

/**
 * The script that tells a host that it can still be reached, after a firewall has changed. It has to come over another
 * connection than the one that changed it, and before the host has taken the change back.
 */
export function confirmScript(): string {
  const program = `
connection=$1
${FIND_CONNECTION.trim()}
if [ -e /run/vigie-setup.back ]; then
  echo "The firewall let no new connection through in time, so the host has taken it back. Look at what it allows, then run the same again." >&2
  exit 1
fi
[ -r /run/vigie-setup.armed ] || exit 0
read -r armed </run/vigie-setup.armed
if [ "$armed" = "$connection" ]; then
  echo "This came over the connection that changed the firewall, which proves nothing: the host takes it back. Give the host's newConnection." >&2
  exit 1
fi
rm -f /run/vigie-setup.armed
`.trim();
  return `# Tells the host that it can still be reached.
program=${quote(program)}
[ "$(id -u)" -eq 0 ] && sudo= || sudo="sudo -n"
exec $sudo /bin/sh -c "$program" vigie-confirm "\${SSH_CONNECTION-}"
`;
}

function renderInput(tasks: readonly Task[], secrets: Readonly<Record<string, string>>): string {
  const contents = tasks.flatMap(({ content }, index) => {
    if (content === undefined) return [];
    const text = content.text.map((piece, at) => piece + (secrets[content.secrets[at] ?? ""] ?? "")).join("");
    return [`${index + 1} ${Buffer.byteLength(text)}\n${text}`];
  });
  return `${contents.join("")}end 0\n`;
}

function idOf(handler: Handler): string {
  return createHash("sha256")
    .update(JSON.stringify([handler.title, ...handler.words]))
    .digest("hex")
    .slice(0, 12);
}
