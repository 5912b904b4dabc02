/** Which programs a deployment has where not all images can be had: decided in one place, and said in one line each. */

import type { Problem } from "../services/problems.ts";
import type { ImageSettings } from "./image-references.ts";
import { type ImageName, isMade } from "./images.ts";
import { LOG_STORES, type LogStoreKind } from "./log-stores.ts";

/** What `vigie:logStore` may be. */
export const LOG_STORE_CHOICES = ["auto", ...LOG_STORES] as const;

/** What `vigie:grafana` may be. */
export const GRAFANA_CHOICES = ["auto", "true", "false"] as const;

/** What was asked for, before anybody looked at what can be had. */
export interface Asked {
  /** What keeps the logs; `auto` is Loki where it can be had, else VictoriaLogs. */
  readonly logStore: (typeof LOG_STORE_CHOICES)[number];
  /** Whether there is a Grafana; `auto` is where it can be had. */
  readonly grafana: (typeof GRAFANA_CHOICES)[number];
  /** What brings the logs. @default "collector" */
  readonly logAgent?: string;
  /** What keeps the traces. @default "jaeger" */
  readonly traceStore?: string;
}

/** What was decided. */
export interface Chosen {
  /** What keeps the logs. */
  readonly logStore: LogStoreKind;
  /** Whether there is a Grafana. */
  readonly grafana: boolean;
}

/** Whether a deployment can have an image of the catalogue. */
export type CanHave = (name: ImageName) => boolean;

/**
 * Whether an image can be had: all can, but where images are made on the machine. There, those that are never made are
 * had from a mirror or by a reference of the user's own only.
 */
export function canHaveImage(name: ImageName, settings: ImageSettings = {}): boolean {
  if (settings.made !== true || isMade(name)) return true;
  return settings.registryMirror !== undefined || settings.overrides?.[name] !== undefined;
}

/** Decides what was left open. What was asked for is taken as it is: {@link choiceProblems} says if it can't be had. */
export function choose({ logStore, grafana }: Pick<Asked, "logStore" | "grafana">, canHave: CanHave): Chosen {
  return {
    logStore: logStore === "auto" ? (canHave("loki") ? "loki" : "victorialogs") : logStore,
    grafana: grafana === "auto" ? canHave("grafana") : grafana === "true",
  };
}

/** How each of them is called in texts. */
const NAMES = { loki: "Loki", grafana: "Grafana", promtail: "Promtail", tempo: "Tempo" } as const;

/** What a setting has to be for each image that may be missing, and what to set in its place. */
const NEEDS = {
  loki: { key: "logStore", value: "loki", other: "victorialogs" },
  grafana: { key: "grafana", value: "true", other: "false" },
  promtail: { key: "logAgent", value: "promtail", other: "collector" },
  tempo: { key: "traceStore", value: "tempo", other: "jaeger" },
} as const satisfies Partial<Record<ImageName, { key: keyof Asked; value: string; other: string }>>;

/**
 * What was asked for and can't be had.
 *
 * @param named how a setting is called where it was written
 */
export function choiceProblems(
  asked: Asked,
  canHave: CanHave,
  named = (key: keyof Asked): string => `vigie:${key}`,
): Problem[] {
  return Object.entries(NEEDS).flatMap(([image, { key, value, other }]) => {
    const name = image as keyof typeof NEEDS;
    if (asked[key] !== value || canHave(name)) return [];
    return [
      {
        property: named(key),
        given: value,
        allowed: `${other}, since ${NAMES[name]}'s image can't be had here: images are made on this machine, and ${NAMES[name]} is under the AGPL, which is not built`,
        fix: `Name a registry that has it (vigie:registryMirror), or the image itself (vigie:images, ${name}), or set ${named(key)} to ${other}.`,
      },
    ];
  });
}

/** What was decided because of what can't be had, one line each; none where everything can. */
export function choiceNotes(asked: Pick<Asked, "logStore" | "grafana">, canHave: CanHave): readonly string[] {
  const notes: string[] = [];
  if (asked.logStore === "auto" && !canHave("loki")) {
    notes.push("Logs: VictoriaLogs, because Loki's image can't be had here and isn't built from source (AGPL).");
  }
  if (asked.grafana === "auto" && !canHave("grafana")) {
    notes.push("Grafana is left out: its image can't be had here and isn't built from source (AGPL).");
  }
  return notes;
}
