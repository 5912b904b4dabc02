/** The executor of each kind of fault. A new kind is a file beside this one, and a line here. */

import type { Fault } from "../../../signals/faults/index.ts";
import type { Executor, Undo } from "../executor.ts";
import type { Tools } from "../tools.ts";
import { certificate } from "./certificate.ts";
import { commands } from "./commands.ts";
import { config } from "./config.ts";
import { connections } from "./connections.ts";
import { cut } from "./cut.ts";
import { fullDisk } from "./full-disk.ts";
import { fullMemory } from "./full-memory.ts";
import { noWrites } from "./no-writes.ts";
import { pause } from "./pause.ts";
import { requests } from "./requests.ts";
import { silence } from "./silence.ts";
import { standIn } from "./stand-in.ts";
import { stop } from "./stop.ts";
import { visitor } from "./visitor.ts";

const executors = {
  stop,
  pause,
  cut,
  "stand-in": standIn,
  config,
  certificate,
  silence,
  connections,
  "no-writes": noWrites,
  "full-disk": fullDisk,
  "full-memory": fullMemory,
  visitor,
  requests,
  commands,
} as const satisfies { readonly [Kind in Fault["kind"]]: unknown };

/** The executor of a kind; what it prepares is what it gets back. */
export function executorOf(kind: Fault["kind"]): Executor {
  return executors[kind] as unknown as Executor;
}

/** Puts back what a kind of fault has left. */
export function repairOf(kind: Fault["kind"], back: Undo, tools: Tools): Promise<void> {
  return executorOf(kind).repair(back, tools);
}
