import type * as pulumi from "@pulumi/pulumi";
import type { Inbox } from "../components/monitoring/inbox.ts";
import type { Edge } from "../components/platform/edge.ts";
import type { Platform } from "../components/platform/platform.ts";
import type { AlertPolicySpec } from "../signals/alert-policy.ts";
import type { Observable } from "../signals/signals.ts";
import type { ProgramSettings } from "./settings.ts";

/** What a system is deployed with. */
export interface SystemArgs {
  /** The host that it runs on. */
  readonly host: Platform;
  /** The edge that its routes are added to. */
  readonly edge: Edge;
  /** Takes the mails of this host's services, and sends none on. @default - there is none */
  readonly inbox?: Inbox;
  /** The stack's configuration. */
  readonly settings: ProgramSettings;
}

/** A system that is deployed. */
export interface System {
  /** Its name, by which `vigie:systems` chooses it. */
  readonly name: string;
  /** What is watched of it. */
  readonly sources: readonly Observable[];
  /** What its services owe their users; who hears of it is up to the program. @default [] */
  readonly policies?: readonly Omit<AlertPolicySpec, "notify">[];
  /** Its pages, by name. */
  readonly urls: Readonly<Record<string, string>>;
  /** Passwords that people need, by name; secrets. @default {} */
  readonly passwords?: Readonly<Record<string, pulumi.Output<string>>>;
  /** What a new user tries first, a sentence each. */
  readonly nextSteps: readonly string[];
}

/** Deploys a system: services and stores that belong together. */
export type CreateSystem = (args: SystemArgs) => System;

/** The services of each system that is deployed, by the system's name. */
export function servicesBySystem(deployed: readonly System[]): Readonly<Record<string, readonly string[]>> {
  const services = ({ sources }: System) => sources.flatMap(({ signals }) => signals.scrapeJobs.map(({ job }) => job));
  return Object.fromEntries(deployed.map((system) => [system.name, services(system)]));
}
