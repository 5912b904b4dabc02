/** The room that a whole plan takes, asked for before its first step: a disk that is full after ten minutes is too late. */

import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { type FreeBytes, formatBytes, freeBytesAt, type Room } from "./disk.ts";
import { programOfPart } from "./programs.ts";
import type { Step } from "./steps.ts";

/** Where a plan's products go. */
export interface PlanPlaces {
  /** The cache directory. */
  readonly cache: string;
  /** Docker's data root. */
  readonly dataRoot: string;
  /** Where Go keeps modules and what it has compiled. */
  readonly goCaches: string;
}

/** What stays of a step's work, in bytes: measured with `du` and `docker system df`, rounded up. */
const TAKES = { base: 520e6, tool: 180e6, image: 150e6, go: 270e6, cli: 120e6, program: 150e6 } as const;

/** What Go's caches hold after all programs, in bytes: modules and what was compiled. */
const GO_CACHES = 3.6e9;

/** Whether a step of this id compiles Go. */
export const isGoBuild = (id: string): boolean => id === "pulumi" || programOfPart(id) !== undefined;

/** The room that the steps take in the end, and the scratch of the one that needs most, by place. */
export function planRoom(steps: readonly Step[], places: PlanPlaces): Room[] {
  const { cache, dataRoot, goCaches } = places;
  const kept = sum(steps.map(({ id }) => keptInCache(id)));
  const scratch = Math.max(0, ...steps.flatMap(({ room = [] }) => room.map(({ bytes }) => bytes)));
  const images = steps.filter(({ id }) => id.startsWith("image-")).length * TAKES.image;
  return [
    ...(kept === 0 ? [] : [{ path: cache, bytes: kept + scratch }]),
    ...(steps.some(({ id }) => isGoBuild(id)) ? [{ path: goCaches, bytes: GO_CACHES }] : []),
    ...(images === 0 ? [] : [{ path: dataRoot, bytes: images }]),
  ];
}

/** What Go's linker was seen to take for the largest of the programs, in bytes; below it, the kernel ends it. */
const COMPILING = 1.9e9;

/** One sentence where less memory is free than compiling takes; `[]` where there is enough, or nothing is compiled. */
export function planMemoryProblems(steps: readonly Step[], available: number = process.availableMemory()): string[] {
  if (available >= COMPILING || !steps.some(({ id }) => isGoBuild(id))) return [];
  return [
    `Compiling takes up to ${formatBytes(COMPILING)} of memory, and ${formatBytes(available)} are free. End something, ` +
      "or give this machine more.",
  ];
}

function keptInCache(id: string): number {
  if (id === "debian") return TAKES.base;
  if (id === "go") return TAKES.go;
  if (id === "pulumi") return TAKES.cli;
  if (programOfPart(id) !== undefined) return TAKES.program;
  return id.startsWith("tool-") || id === "node-and-npm" ? TAKES.tool : 0;
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

/** Which file system a path is, or will be, on. */
export type DeviceOf = (path: string) => number;

/** The device of the path's nearest existing directory. */
const deviceOf: DeviceOf = (path) => {
  let place = path;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  return statSync(place).dev;
};

/** One sentence for each file system that has less than all places on it take together; `[]` when there is enough. */
export async function planRoomProblems(
  rooms: readonly Room[],
  free: FreeBytes = freeBytesAt,
  device: DeviceOf = deviceOf,
): Promise<string[]> {
  const disks = Map.groupBy(rooms, ({ path }) => device(path));
  const problems: string[] = [];
  for (const places of disks.values()) {
    const bytes = sum(places.map((place) => place.bytes));
    const available = await free((places[0] as Room).path);
    if (available >= bytes) continue;
    const each = places.map((place) => `${place.path} ${formatBytes(place.bytes)}`).join(", ");
    problems.push(
      `What is made here takes ${formatBytes(bytes)} (${each}), and ${formatBytes(available)} are free there. Free ` +
        "some space (`npm run clean` says what can go), or set VIGIE_CACHE to a directory on a larger disk.",
    );
  }
  return problems;
}
