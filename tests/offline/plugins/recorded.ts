/** The recordings of the real plugins. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Diff } from "../../../offline/plugins/framework/diff.ts";
import { isObject, type Value, type Values } from "../../../offline/plugins/framework/values.ts";

const SHARED = path.resolve(import.meta.dirname, "../../../../shared/plugins/recorded.json");
const COPY = path.join(import.meta.dirname, "recorded.json");

/** A step of a recorded preview. */
export interface RecordedStep {
  readonly op: string;
  readonly detailedDiff: Record<string, { readonly kind: string }>;
  readonly replaceReasons?: readonly string[];
}

/** A recorded preview. */
export interface RecordedPreview {
  readonly steps: readonly RecordedStep[];
}

/** A recorded resource. */
export interface RecordedResource {
  readonly inputs: Values;
  readonly outputs: Values;
  readonly type: string;
}

type Section = Record<string, unknown>;

const recordings = JSON.parse(readFileSync(existsSync(SHARED) ? SHARED : COPY, "utf8")) as Record<string, Section>;

/** A recording by section and key. */
export function recorded<T>(section: "clean" | "container" | "others", key: string): T {
  const found = recordings[section]?.[key];
  if (found === undefined) throw new Error(`no recording ${key} in section ${section}`);
  return structuredClone(found) as T;
}

/** The properties that a resource's recordings changed, one at a time. */
export function changedProperties(section: "container" | "others", resource: string): string[] {
  const prefix = `${resource}.change.`;
  return Object.keys(recordings[section] ?? {})
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length));
}

/** Inputs as the program gave them: without what Check filled in. */
export function asGiven<V extends Value>(inputs: V): V {
  if (Array.isArray(inputs)) return inputs.map(asGiven) as V;
  if (!isObject(inputs)) return inputs;
  const filled = inputs.__defaults;
  const kept = Object.entries(inputs).filter(
    ([key]) => key !== "__defaults" && !(Array.isArray(filled) && filled.includes(key)),
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, asGiven(value)])) as V;
}

/** A diff in the form of the recordings; undefined when nothing changed. */
export function asStep(diff: Diff): RecordedStep | undefined {
  const paths = Object.keys(diff.detailed);
  if (paths.length === 0) return undefined;
  return {
    op: diff.replaces.length > 0 ? "replace" : "update",
    detailedDiff: Object.fromEntries(Object.entries(diff.detailed).map(([at, kind]) => [at, { kind }])),
    ...(diff.replaces.length > 0 && { replaceReasons: diff.replaces }),
  };
}

/** The step of a recorded preview without what the stand-ins don't say. */
export function stepOf(preview: RecordedPreview): RecordedStep | undefined {
  const step = preview.steps[0];
  if (step === undefined) return undefined;
  const kinds = Object.entries(step.detailedDiff).map(([at, { kind }]) => [at, { kind }] as const);
  return { ...step, detailedDiff: Object.fromEntries(kinds) };
}
