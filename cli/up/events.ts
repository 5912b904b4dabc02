/** What Pulumi's engine says of an update, as far as a person wants to know it. */

import { isOfNoOutput } from "../engine.ts";
import { CONTAINER } from "../resource-kinds.ts";

/** Something that the engine does to a resource. */
export interface Step {
  /** `begun`, `done`, or `failed`. */
  readonly kind: "begun" | "done" | "failed";
  /** When it was read, in milliseconds since 1970: the engine's own times have whole seconds. */
  readonly at: number;
  /** Whether it is of the preview: nothing is done yet. */
  readonly planned: boolean;
  /** What is done: `create`, `same`, `update`, `replace`, `create-replacement`, `delete-replaced`, `delete`, … */
  readonly op: string;
  /** The resource. */
  readonly urn: string;
  /** Its type. */
  readonly type: string;
  /** Whether a provider makes it; a component is made by the program alone. */
  readonly custom: boolean;
  /** URN of what it belongs to; empty for the stack. */
  readonly parent: string;
  /** Name of the container in Docker, where it is one. */
  readonly container?: string;
}

/** A line for people: of the program, of a provider, or of the engine. */
export interface Said {
  readonly kind: "said";
  /** How grave it is. */
  readonly severity: "info" | "warning" | "error";
  /** The resource that it is about; empty where it is about none. */
  readonly urn: string;
  /** What was said, as it was written. */
  readonly text: string;
}

/** The end of the preview, or of the update. */
export interface Ended {
  readonly kind: "ended";
  /** Whether it is the preview that has ended. */
  readonly planned: boolean;
  /** Number of resources by what was done to them: `create`, `same`, … */
  readonly changes: Readonly<Record<string, number>>;
  /** How long it took, in seconds. */
  readonly seconds: number;
  /** Whether it ended badly. */
  readonly failed: boolean;
}

/** Containers that run and are not healthy yet, in Docker's words; the engine does not tell. */
export interface Waiting {
  readonly kind: "waiting";
  /** Their names in Docker. */
  readonly containers: readonly string[];
}

/** One thing that happened. */
export type UpEvent = Step | Said | Ended | Waiting;

/** A resource in an event of the engine, before or after. */
interface RawState {
  readonly custom?: boolean;
  readonly parent?: string;
  readonly inputs?: { readonly name?: unknown };
}

/** An event in the engine's own form, as far as it is read. */
interface RawEvent {
  readonly resourcePreEvent?: RawStep;
  readonly resOutputsEvent?: RawStep;
  readonly resOpFailedEvent?: RawStep;
  readonly diagnosticEvent?: {
    readonly urn?: string;
    readonly message: string;
    readonly severity: string;
    readonly ephemeral?: boolean;
  };
  readonly summaryEvent?: {
    readonly isPreview: boolean;
    readonly durationSeconds: number;
    readonly result?: string;
    readonly resourceChanges?: Readonly<Record<string, number>> | null;
  };
}

interface RawStep {
  readonly planning?: boolean;
  readonly metadata: {
    readonly op: string;
    readonly urn: string;
    readonly type: string;
    readonly old: RawState | null;
    readonly new: RawState | null;
  };
}

const SEVERITIES: Readonly<Record<string, Said["severity"]>> = {
  info: "info",
  "info#err": "info",
  warning: "warning",
  error: "error",
};

/**
 * A line of the engine's log of events.
 *
 * @param at when it was read, in milliseconds since 1970
 * @returns undefined for what people don't need, and for what is no event
 */
export function eventOf(line: string, at: number): UpEvent | undefined {
  let event: RawEvent;
  try {
    event = JSON.parse(line) as RawEvent;
  } catch {
    return undefined;
  }
  if (event.resourcePreEvent) return stepOf("begun", event.resourcePreEvent, at);
  if (event.resOutputsEvent) return stepOf("done", event.resOutputsEvent, at);
  if (event.resOpFailedEvent) return stepOf("failed", event.resOpFailedEvent, at);
  if (event.diagnosticEvent) return saidOf(event.diagnosticEvent);
  if (!event.summaryEvent) return undefined;
  const { isPreview, durationSeconds, resourceChanges, result } = event.summaryEvent;
  const failed = result !== undefined && result !== "succeeded";
  return { kind: "ended", planned: isPreview, changes: resourceChanges ?? {}, seconds: durationSeconds, failed };
}

function stepOf(kind: Step["kind"], { planning = false, metadata }: RawStep, at: number): Step {
  const { op, urn, type, old, new: wanted } = metadata;
  const { custom = false, parent = "", inputs } = wanted ?? old ?? {};
  const name = type === CONTAINER && typeof inputs?.name === "string" ? inputs.name : undefined;
  return {
    kind,
    at,
    planned: planning,
    op,
    urn,
    type,
    custom,
    parent,
    ...(name === undefined ? {} : { container: name }),
  };
}

function saidOf({
  urn = "",
  message,
  severity,
  ephemeral = false,
}: NonNullable<RawEvent["diagnosticEvent"]>): Said | undefined {
  const known = SEVERITIES[severity];
  const text = message.trim();
  if (known === undefined || ephemeral || text === "") return undefined;
  // Outputs are shown elsewhere.
  if (isOfNoOutput(text)) return undefined;
  return { kind: "said", severity: known, urn, text };
}
