import { VOLUME } from "../../resource-kinds.ts";
import { containersOf, labelsOf, textsOf, volumesOf, withoutStack } from "../containers.ts";
import type { Plan, PlannedResource } from "../plan.ts";
import { keepsOf, lasting, type StoreKeeps } from "../retention.ts";
import type { Finding, Section } from "../section.ts";

/** Label of a volume with what no deployment can make again. */
const DATA_LABEL = "vigie.data";

/** Which data would be lost, or is in danger of it. */
export const data: Section = {
  name: "data",
  title: "Data at risk",
  nothing: "No data is deleted.",
  find: (plan) => [...volumes(plan), ...majors(plan), ...shorter(plan), ...backups(plan)],
};

/** Volumes with data that go, or that an empty one takes the place of. */
function volumes(plan: Plan): readonly Finding[] {
  return dataVolumes(plan).flatMap(({ operation, old = {}, protect }): Finding[] => {
    if (operation !== "delete" && operation !== "replace") return [];
    const change = operation === "delete" ? "deleted" : "emptied";
    const lost = operation === "delete" ? "with all that is in it" : "an empty one takes its place";
    const text = protect ? `${lost}; it is protected, so \`up\` ends with an error before that` : lost;
    return [{ change, subject: `volume ${withoutStack(plan, String(old.name))}`, text, weight: "stop" }];
  });
}

const dataVolumes = (plan: Plan): readonly PlannedResource[] =>
  plan.resources.filter(
    ({ type, old, new: now }) => type === VOLUME && labelsOf(old ?? now ?? {})[DATA_LABEL] === "true",
  );

/** Programs of another major release that are to read what the one before wrote. */
function majors(plan: Plan): readonly Finding[] {
  const kept = new Set(dataVolumes(plan).map(({ old, new: now }) => String((old ?? now)?.name)));
  return containersOf(plan).flatMap(({ name, resource: { old, new: now } }): Finding[] => {
    const [from, to] = [majorOf(old?.image), majorOf(now?.image)];
    const mounts = volumesOf(old ?? {}).some((volume) => kept.has(volume));
    if (from === undefined || to === undefined || from === to || !mounts) return [];
    const text = `release ${to} on the data of release ${from}: back up first (\`npm run backup\`)`;
    return [{ change: "other release", subject: name, text, weight: "stop" }];
  });
}

const majorOf = (image: unknown): string | undefined => /:v?(\d+)[.\-@]/.exec(String(image))?.[1];

/** What is kept for a shorter time, or on less disk. */
function shorter(plan: Plan): readonly Finding[] {
  const { old, new: now } = keepsOf(plan);
  return Object.entries(old).flatMap(([what, before]: [string, StoreKeeps]): Finding[] => {
    const after = now[what];
    if (after === undefined) return [];
    const less = after.seconds < before.seconds;
    const text = `for ${lasting(after)}, no longer ${lasting(before)}: older ones are deleted`;
    return less ? [{ change: "kept shorter", subject: what, text, weight: "look" }] : [];
  });
}

/** Databases and volumes that a backup has now, and would not have any more. */
function backups({ oldOutputs, newOutputs }: Plan): readonly Finding[] {
  const after = new Set(keptIn(newOutputs.backups));
  return keptIn(oldOutputs.backups)
    .filter((subject) => !after.has(subject))
    .map((subject) => ({
      change: "not backed up",
      subject,
      text: "make a last backup before `up`",
      weight: "look",
    }));
}

function keptIn(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly { kind?: unknown; name?: unknown; databases?: unknown }[]).flatMap(({ name, databases }) =>
    databases === undefined ? [`volume of ${name}`] : textsOf(databases).map((database) => `database ${database}`),
  );
}
