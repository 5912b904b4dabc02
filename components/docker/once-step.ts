import * as pulumi from "@pulumi/pulumi";
import { quote } from "../../config/landing.ts";
import { throwAway } from "../../config/throw-away.ts";
import { toMebibytes } from "../../services/units.ts";
import type { Data } from "../platform/mounts.ts";
import type { OnceArgs, OnceRun, OnceStep } from "../platform/once.ts";
import type { EngineHost } from "./engine-host.ts";

/** The names that the steps need, as the engine knows them. */
export interface OnceNames {
  /** The image's reference. */
  readonly image: string;
  /** Name of the volume of some data. */
  readonly volume: (data: Data) => string;
  /** Name of the container of a workload. */
  readonly container: (workload: string) => string;
  /** Name of the network that a step is in; `none` where it is in none. */
  readonly network: (step: OnceRun) => string;
  /** What is said when a step fails. */
  readonly words: (step: OnceStep) => string | undefined;
}

/** Runs programs in throw-away containers, one after the other, by one script. */
export function onceStep(
  resource: string,
  host: EngineHost,
  { image, steps, triggers }: OnceArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const data = steps.flatMap(dataOf);
  const networks = steps.map((step) =>
    step.kind === "run" && step.network !== undefined ? host.network(step.network).name : "none",
  );
  const script = pulumi
    .all([
      image.reference,
      pulumi.all(data.map(({ claim }) => claim)),
      pulumi.all(networks),
      pulumi.all(steps.map(({ otherwise = "" }) => otherwise)),
    ])
    .apply(([reference, claims, joined, words]) =>
      renderOnce(steps, {
        image: reference,
        volume: (one) => claims[data.indexOf(one)] ?? "",
        container: (workload) => host.instance(workload),
        network: (step) => joined[steps.indexOf(step)] ?? "none",
        words: (step) => words[steps.indexOf(step)] || undefined,
      }),
    );
  const dependsOn = [image.ready, ...data.map(({ ready }) => ready)];
  return host.step(resource, { script, triggers }, pulumi.mergeOptions(opts, { dependsOn }));
}

function dataOf(step: OnceStep): readonly Data[] {
  if (step.kind === "data") return [step.data];
  return step.kind === "run" ? (step.mounts ?? []).map((mount) => mount.data) : [];
}

/** The script of {@link onceStep}. */
export function renderOnce(steps: readonly OnceStep[], names: OnceNames): string {
  const lines = steps.flatMap((step) => stepLines(step, names));
  const single = steps.length === 1 && steps.every((step) => step.kind === "run" && "length" in step.command);
  // The words are part of the resource: a stack that is there would run others again.
  return [...(single ? [] : ["set -eu"]), ...lines, ""].join("\n");
}

function stepLines(step: OnceStep, names: OnceNames): readonly string[] {
  switch (step.kind) {
    case "data":
      return unless(`docker volume inspect ${quote(names.volume(step.data))} >/dev/null 2>&1`, step, names);
    case "workload":
      return unless(`docker container inspect ${quote(names.container(step.workload))} >/dev/null 2>&1`, step, names);
    case "run":
      return step.otherwise === undefined ? [words(step, names)] : unless(words(step, names), step, names);
    default:
      return step satisfies never;
  }
}

function unless(command: string, step: OnceStep, names: OnceNames): readonly string[] {
  const shown = step.kind === "run" && step.shows !== undefined ? [lastLines(quote(names.container(step.shows)))] : [];
  return [
    `if ! ${command}; then`,
    `  echo ${quote(names.words(step) ?? "")} >&2`,
    ...shown.map((line) => `  ${line}`),
    "  exit 1",
    "fi",
  ];
}

/** Shows the last that a container wrote, among the errors. */
export function lastLines(container: string): string {
  return `docker logs --tail 20 ${container} >&2 2>&1 || true`;
}

function words(step: OnceRun, names: OnceNames): string {
  const [program, ...rest] = "script" in step.command ? (["sh", "-c", step.command.script] as const) : step.command;
  return throwAway({
    image: quote(names.image),
    command: [quote(program), ...rest.map(quote)],
    user: step.user,
    memory: toMebibytes(step.memory) ?? 64,
    network: quote(names.network(step)),
    volumes: (step.mounts ?? []).map(
      ({ data, path, readOnly = false }) => `${quote(names.volume(data))}:${quote(path)}${readOnly ? ":ro" : ""}`,
    ),
    changesOwners: step.changesOwners ?? false,
    userLast: step.otherwise !== undefined,
  });
}
