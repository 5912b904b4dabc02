/** Diff: what changed between a resource's state and its new inputs, with the results of the real plugins. */

import { pathOf } from "./path.ts";
import { DEFAULTS_KEY, type Fields, type ListSchema, type Schema } from "./schema.ts";
import { hasUnknown, isObject, UNKNOWN, type Value, type Values } from "./values.ts";

/** What happened to one property. */
export type DiffKind = "add" | "delete" | "update" | "add-replace" | "delete-replace" | "update-replace";

/** What changed in a resource. */
export interface Diff {
  /** The kind of change by property path. */
  readonly detailed: Readonly<Record<string, DiffKind>>;
  /** The top-level properties whose change replaces the resource. */
  readonly replaces: readonly string[];
}

type Change = "add" | "delete" | "update";
type Report = (path: string, change: Change) => void;

/**
 * Compares new inputs with the state of a resource.
 *
 * @param fields the properties that the stand-in implements
 * @param olds the resource's outputs as the state holds them
 * @param news its new inputs, checked
 */
export function diffInputs(fields: Fields, olds: Values, news: Values): Diff {
  const detailed: Record<string, DiffKind> = {};
  const replaces: string[] = [];
  for (const [name, schema] of Object.entries(fields)) {
    const changes: [string, Change][] = [];
    diffProperty(schema, name, olds[name], news[name], (path, change) => changes.push([path, change]));
    if (changes.length === 0) continue;
    if (schema.replace) replaces.push(name);
    for (const [path, change] of changes) detailed[path] = schema.replace ? `${change}-replace` : change;
  }
  return { detailed, replaces };
}

function diffProperty(schema: Schema, path: string, old: Value | undefined, given: Value | undefined, report: Report) {
  if (given === undefined || given === null) {
    if (schema.computed) return;
    if (schema.implied !== undefined) {
      if (!same(schema, old ?? schema.implied, schema.implied)) report(path, "update");
      return;
    }
    if (!isZero(old)) report(path, "delete");
    return;
  }
  if (schema.emptyIsNoChange && given === "") return;
  diffValue(schema, path, old, given, report);
}

function diffValue(schema: Schema, path: string, old: Value | undefined, given: Value | undefined, report: Report) {
  const wasAbsent = old === undefined || old === null || (isCollection(schema) && isZero(old));
  const isAbsent = given === undefined || given === null || (isCollection(schema) && isZero(given));
  if (given === UNKNOWN) {
    report(path, wasAbsent ? "add" : "update");
    return;
  }
  if (wasAbsent || isAbsent) {
    if (wasAbsent && isAbsent) return;
    // A field that reads as its zero value and one that is not there are the same to the real plugins.
    if (isZero(old) && isZero(given)) return;
    report(path, wasAbsent ? "add" : "delete");
    return;
  }
  switch (schema.kind) {
    case "object":
      if (!isObject(old) || !isObject(given)) return report(path, "update");
      for (const [name, field] of Object.entries(schema.fields)) {
        diffProperty(field, pathOf(path, name), old[name], given[name], report);
      }
      return;
    case "map":
      if (!isObject(old) || !isObject(given)) return report(path, "update");
      for (const key of new Set([...Object.keys(old), ...Object.keys(given)])) {
        if (key !== DEFAULTS_KEY) diffValue(schema.of, pathOf(path, key), old[key], given[key], report);
      }
      return;
    case "list":
      if (!Array.isArray(old) || !Array.isArray(given)) return report(path, "update");
      for (let index = 0; index < Math.max(old.length, given.length); index++) {
        diffValue(schema.of, `${path}[${index}]`, old[index], given[index], report);
      }
      return;
    case "set":
      if (!Array.isArray(old) || !Array.isArray(given)) return report(path, "update");
      return diffSet(schema, path, old, given, report);
    default:
      if (!sameScalar(old, given)) report(path, "update");
  }
}

function diffSet(schema: ListSchema, path: string, old: Value[], given: Value[], report: Report) {
  const unmatchedOld = old.filter((item) => !given.some((other) => same(schema.of, item, other)));
  const unmatchedNew = given.filter((item) => !old.some((other) => same(schema.of, item, other)));
  if (unmatchedOld.length === 0 && unmatchedNew.length === 0) return;
  // The real plugins can only point at an element if it reads back exactly as it was given.
  if (!readsBackAsGiven(schema.of) || unmatchedNew.some(hasUnknown)) return report(path, "update");
  const removed = new Map(unmatchedOld.map((item) => [old.indexOf(item), item]));
  const added = new Map(unmatchedNew.map((item) => [given.indexOf(item), item]));
  for (const index of new Set([...removed.keys(), ...added.keys()])) {
    diffValue(schema.of, `${path}[${index}]`, removed.get(index), added.get(index), report);
  }
}

function readsBackAsGiven(schema: Schema): boolean {
  return schema.kind !== "object" || Object.values(schema.fields).every((field) => field.required === true);
}

/** Whether two values of a property are the same to Diff. */
function same(schema: Schema, left: Value | undefined, right: Value | undefined): boolean {
  let found = false;
  diffValue(schema, "", left, right, () => {
    found = true;
  });
  return !found;
}

function sameScalar(left: Value | undefined, right: Value | undefined): boolean {
  if (typeof left === "object" || typeof right === "object") return JSON.stringify(left) === JSON.stringify(right);
  return left === right;
}

function isCollection(schema: Schema): boolean {
  return schema.kind === "list" || schema.kind === "set" || schema.kind === "map";
}

function isZero(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).filter((key) => key !== DEFAULTS_KEY).length === 0;
}
