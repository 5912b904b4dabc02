import { containersOf, labelsOf, type PlannedContainer } from "../containers.ts";
import { type Inputs, shown } from "../plan.ts";
import type { Finding, Section } from "../section.ts";

/** Which containers end, begin or begin anew, and why. */
export const restarts: Section = {
  name: "restarts",
  title: "What restarts",
  nothing: "No container starts, ends or restarts.",
  find: (plan) => containersOf(plan).flatMap(findingOf),
};

function findingOf({ name, resource }: PlannedContainer): readonly Finding[] {
  const { operation, old = {}, new: now = {} } = resource;
  if (operation === "same") return [];
  if (operation === "create") return [{ change: "starts", subject: name, text: "it is new" }];
  if (operation === "delete") return [{ change: "ends", subject: name, text: "it is taken away", weight: "look" }];
  if (operation === "update") {
    return [{ change: "stays", subject: name, text: `it is changed while it runs: ${resource.differs.join(", ")}` }];
  }
  return [{ change: "restarts", subject: name, text: `${reasonsOf(resource.differs, old, now)}`, weight: "look" }];
}

/** Why a container is replaced, by what differs; no value that could be a secret is shown. */
function reasonsOf(differs: readonly string[], old: Inputs, now: Inputs): string {
  const reasons = differs.flatMap((property) => {
    if (property === "image") return [`its image goes from ${shown(old.image)} to ${shown(now.image)}`];
    if (property === "memory") return [`its memory goes from ${shown(old.memory)} to ${shown(now.memory)} MiB`];
    if (property === "memorySwap") return differs.includes("memory") ? [] : ["its swap"];
    if (property === "envs") return [`its environment: ${changedNames(old.envs, now.envs).join(", ")}`];
    if (property === "command") return ["its arguments"];
    if (property === "labels") return labelReasons(old, now);
    return [WORDS[property] ?? `its ${property}`];
  });
  return reasons.length === 0 ? "what it needs is made anew" : [...new Set(reasons)].join("; ");
}

const WORDS: Readonly<Record<string, string>> = {
  networksAdvanced: "its networks",
  networkMode: "its networks",
  healthcheck: "its health check",
  ports: "its ports on the host",
  tmpfs: "its directories in memory",
  mustRun: "it does not run",
};

function labelReasons(old: Inputs, now: Inputs): readonly string[] {
  const [before, after] = [labelsOf(old), labelsOf(now)];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((label) => before[label] !== after[label])
    .map((label) => LABELS[label] ?? `its label ${label}`);
}

const LABELS: Readonly<Record<string, string>> = {
  "vigie.secret-files": "a secret of it",
  "vigie.read-at-start": "the files that it reads when it starts",
  "vigie.processes": "its limit of processes",
};

/** Names of the variables that differ. */
function changedNames(old: unknown, now: unknown): readonly string[] {
  if (!Array.isArray(old) || !Array.isArray(now)) return ["secret"];
  const differing = [...old.filter((entry) => !now.includes(entry)), ...now.filter((entry) => !old.includes(entry))];
  return [...new Set(differing.map((entry) => String(entry).split("=")[0] ?? ""))].sort();
}
