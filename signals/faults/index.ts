import type { Certificate } from "./certificate.ts";
import type { Commands } from "./commands.ts";
import type { Config } from "./config.ts";
import type { Connections } from "./connections.ts";
import type { AnyService } from "./containers.ts";
import type { Cut } from "./cut.ts";
import type { FullDisk } from "./full-disk.ts";
import type { FullMemory } from "./full-memory.ts";
import type { NoWrites } from "./no-writes.ts";
import type { Pause } from "./pause.ts";
import type { Requests } from "./requests.ts";
import type { Silence } from "./silence.ts";
import type { StandIn } from "./stand-in.ts";
import type { Stop } from "./stop.ts";
import { DRILL_COMPONENT, type Visitor } from "./visitor.ts";

/** Something that can be done to a running stack, and be put back. A new kind is a file beside this one and a line here. */
export type Fault =
  | Stop
  | Pause
  | Cut
  | StandIn
  | Config
  | Certificate
  | Silence
  | Connections
  | NoWrites
  | FullDisk
  | FullMemory
  | Visitor
  | Requests
  | Commands;

/** The component that a fault is done to: the label `service` of what is told of it, where nothing else is said. */
export function subjectOf(fault: Fault): string | AnyService | undefined {
  switch (fault.kind) {
    case "stand-in":
      return fault.job;
    case "visitor":
      return DRILL_COMPONENT;
    case "silence":
      return undefined;
    default:
      return fault.containers.component;
  }
}

/** A fault whose component is known: `named` gives the service that was chosen. */
export function placedFault(fault: Fault, named: (any: AnyService) => string): Fault {
  const name = (component: string | AnyService) => (typeof component === "string" ? component : named(component));
  if (fault.kind === "stand-in") return { ...fault, job: name(fault.job) };
  if (fault.kind === "visitor" || fault.kind === "silence") return fault;
  return { ...fault, containers: { ...fault.containers, component: name(fault.containers.component) } };
}
