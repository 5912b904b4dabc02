/** What the engine means to do, as it tells it event by event: read once, and then a value. */

import { isOfNoOutput, nameOf } from "../engine.ts";
import { STACK } from "../resource-kinds.ts";

/** What may become of a resource. */
export type Operation = "create" | "update" | "replace" | "delete" | "same";

/** What a program gives to a resource, or what it gave before. */
export type Inputs = Readonly<Record<string, unknown>>;

/** A resource of the program, or of what is deployed, or of both. */
export interface PlannedResource {
  /** Its URN. */
  readonly urn: string;
  /** Its type: `docker:index/container:Container`. */
  readonly type: string;
  /** Its name in the program. */
  readonly name: string;
  /** What becomes of it. */
  readonly operation: Operation;
  /** What is deployed. @default - nothing yet */
  readonly old?: Inputs;
  /** What the program gives now. @default - nothing any more */
  readonly new?: Inputs;
  /** The properties that differ, in the order of their names. */
  readonly differs: readonly string[];
  /** Whether the engine refuses to delete it. */
  readonly protect: boolean;
}

/** A plan of the engine. */
export interface Plan {
  /** Project of the stack. */
  readonly project: string;
  /** The stack. */
  readonly stack: string;
  /** Whether anything is deployed: without it all is new, and there is nothing to compare with. */
  readonly deployed: boolean;
  /** Its resources, in the order of their URNs; components, which are only names for others, are not among them. */
  readonly resources: readonly PlannedResource[];
  /** The outputs that are deployed. */
  readonly oldOutputs: Inputs;
  /** The outputs that the program gives now. */
  readonly newOutputs: Inputs;
  /** What the engine and the program said, without its colours: warnings and errors. */
  readonly messages: readonly string[];
  /** Whether the plan came to its end. */
  readonly complete: boolean;
}

/** What the engine puts for a value that is known only when it is made. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What the engine puts for a secret. */
export const SECRET = "[secret]";

/** A state of a resource, as an event has it. */
interface EventState {
  readonly inputs?: Inputs | null;
  readonly outputs?: Inputs | null;
  readonly protect?: boolean;
}

/** A step of the engine, as an event has it. */
interface EventStep {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly old?: EventState | null;
  readonly new?: EventState | null;
  readonly keys?: readonly string[] | null;
  readonly diffs?: readonly string[] | null;
}

/** An event, as far as a plan is made of it. */
interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: EventStep };
  readonly resOutputsEvent?: { readonly metadata: EventStep };
  readonly diagnosticEvent?: { readonly severity: string; readonly message: string; readonly prefix?: string };
  readonly summaryEvent?: { readonly result?: string };
}

/** The operations of the engine, by the word that a reader needs; a replacement has several. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  create: "create",
  import: "create",
  update: "update",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  "import-replacement": "replace",
  delete: "delete",
  discard: "delete",
};

/**
 * The plan that `pulumi preview --json` tells as events, a line each (`PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true`).
 * Secrets are hidden by the engine already; its debugging lines are not read.
 *
 * @throws Error when there is no plan in the text
 */
export function planOf(text: string): Plan {
  const events = text.split("\n").flatMap(eventOf);
  const steps = events.flatMap(({ resourcePreEvent, resOutputsEvent }) => {
    const metadata = (resourcePreEvent ?? resOutputsEvent)?.metadata;
    return metadata === undefined ? [] : [metadata];
  });
  const [first] = steps;
  if (first === undefined) throw new Error("the engine told no plan: there is nothing to report.");
  const [, , stack = "", , project = ""] = first.urn.split(":");
  const byUrn = new Map<string, EventStep[]>();
  for (const step of steps) byUrn.set(step.urn, [...(byUrn.get(step.urn) ?? []), step]);
  const resources = [...byUrn.values()].flatMap(resourceOf).sort((a, b) => (a.urn < b.urn ? -1 : 1));
  const stackSteps = steps.filter(({ type }) => type === STACK);
  return {
    project,
    stack,
    deployed: resources.some(({ old }) => old !== undefined),
    resources,
    oldOutputs: lastOf(stackSteps, ({ old }) => old?.outputs),
    newOutputs: lastOf(stackSteps, (step) => step.new?.outputs),
    messages: messagesOf(events),
    complete: events.some(({ summaryEvent }) => summaryEvent?.result !== "failed" && summaryEvent !== undefined),
  };
}

/** What was given and what differs, with what is not known or secret said as such. */
export const shown = (value: unknown): string =>
  value === UNKNOWN ? "(known when it is made)" : value === SECRET ? "(a secret)" : String(value);

function eventOf(line: string): readonly EngineEvent[] {
  // Debugging lines may be long, and may hold anything.
  if (!line.startsWith("{") || line.slice(0, 80).includes('"diagnosticEvent":{"prefix":"debug')) return [];
  try {
    return [JSON.parse(line) as EngineEvent];
  } catch {
    return [];
  }
}

function resourceOf(steps: readonly EventStep[]): readonly PlannedResource[] {
  const [{ urn, type } = { urn: "", type: "" }] = steps;
  if (!type.includes(":") || type === STACK || type.startsWith("pulumi:providers:")) return [];
  const known = steps.flatMap(({ op }) => OPERATIONS[op] ?? []);
  const operation = known.includes("replace") ? "replace" : (known.at(-1) ?? "same");
  const old = operation === "create" ? undefined : steps.findLast((step) => step.old)?.old;
  const now = operation === "delete" ? undefined : steps.findLast((step) => step.new)?.new;
  // A component is made by nobody but this program: it has nothing that could be changed.
  if (type.startsWith("vigie:")) return [];
  const differs = [...steps.flatMap(({ keys, diffs }) => [...(keys ?? []), ...(diffs ?? [])]), ...unequal(old, now)];
  return [
    {
      urn,
      type,
      name: nameOf(urn),
      operation,
      ...(old === undefined || old === null ? {} : { old: old.inputs ?? {} }),
      ...(now === undefined || now === null ? {} : { new: now.inputs ?? {} }),
      differs: operation === "update" || operation === "replace" ? [...new Set(differs)].sort() : [],
      protect: old?.protect === true,
    },
  ];
}

/** The engine names what a provider decides by; of what else differs it says nothing. */
function unequal(old: EventState | null | undefined, now: EventState | null | undefined): readonly string[] {
  const [before, after] = [old?.inputs ?? {}, now?.inputs ?? {}];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => name !== "__defaults" && JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
}

function lastOf(steps: readonly EventStep[], pick: (step: EventStep) => Inputs | null | undefined): Inputs {
  const given = steps.map((step) => pick(step) ?? {});
  return given.findLast((outputs) => Object.keys(outputs).length > 0) ?? {};
}

function messagesOf(events: readonly EngineEvent[]): readonly string[] {
  const said = events.flatMap(({ diagnosticEvent: event }) =>
    event !== undefined && ["warning", "error"].includes(event.severity) ? [event.message] : [],
  );
  const plain = said.map((message) => message.replace(/<\{%[^%]*%\}>/g, "").trim());
  return [...new Set(plain)].filter((message) => message !== "" && !isOfNoOutput(message));
}
