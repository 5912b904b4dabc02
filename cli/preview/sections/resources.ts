import { kindOf } from "../../resource-kinds.ts";
import { filesIn } from "../files.ts";
import { type Operation, type PlannedResource, SECRET, shown } from "../plan.ts";
import type { Finding, Section } from "../section.ts";

const WORDS: Readonly<Record<Exclude<Operation, "same">, string>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
};

/** What the engine does, resource by resource. */
export const resources: Section = {
  name: "resources",
  title: "Resources",
  nothing: "No resource changes.",
  find: (plan) =>
    plan.resources.flatMap((resource): Finding[] =>
      resource.operation === "same"
        ? []
        : [{ change: WORDS[resource.operation], subject: resource.name, text: whatOf(resource) }],
    ),
};

function whatOf(resource: PlannedResource): string {
  const { type, old, new: now, operation, differs } = resource;
  const kind = kindOf(type);
  if (operation === "create" || operation === "delete") return kind;
  if (old?.stdin === SECRET || now?.stdin === SECRET) return `${kind}: files with a secret in them`;
  const files = changedFiles(resource);
  if (files.length > 0) return `files: ${files.join(", ")}`;
  const [from, to] = [old?.image, now?.image];
  const properties = differs.map((name) =>
    name === "image" && from !== to ? `image (${shown(from)} → ${shown(to)})` : name,
  );
  return properties.length === 0 ? kind : `${kind}: ${properties.join(", ")}`;
}

function changedFiles({ old, new: now }: PlannedResource): readonly string[] {
  const [before, after] = [filesIn(old), filesIn(now)];
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const sign = (path: string) => (before[path] === undefined ? "+" : after[path] === undefined ? "-" : "");
  return paths
    .filter((path) => before[path] !== after[path])
    .map((path) => `${sign(path)}${path.split("/").slice(1).join("/")}`);
}
