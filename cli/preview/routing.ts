/** Whom an Alertmanager tells of an alert, by its configuration: as it walks its tree of routes. */

import { parse } from "yaml";
import type { Files } from "./files.ts";

/** A route of Alertmanager's tree. */
export interface Route {
  readonly receiver?: string;
  readonly matchers?: readonly string[];
  readonly continue?: boolean;
  readonly routes?: readonly Route[];
  readonly mute_time_intervals?: readonly string[];
}

/** A receiver, with what it is told by: the settings of each integration. */
export interface FileReceiver {
  readonly name: string;
  readonly [integration: string]: unknown;
}

/** A configuration of Alertmanager, as far as it says who is told. */
export interface Routing {
  readonly route?: Route;
  readonly receivers?: readonly FileReceiver[];
  readonly time_intervals?: readonly { readonly name: string; readonly time_intervals?: unknown }[];
}

/** Labels of an alert. */
export type Labels = Readonly<Record<string, string>>;

/** A receiver that is told, and the times in which it is not. */
export interface Recipient {
  /** Its name. */
  readonly receiver: string;
  /** Names of the times in which it is not told. */
  readonly except: readonly string[];
}

const MATCHER = /^\s*"?([A-Za-z_]\w*)"?\s*(=~|!~|!=|=)\s*"?((?:[^"\\]|\\.)*)"?\s*$/s;

/** The receiver that tells nobody. */
const NOBODY = "none";

/** The configuration in the files of a plan; `{}` where there is none. Several Alertmanagers have the same one. */
export function routingIn(files: Files): Routing {
  const path = Object.keys(files).find((one) => one.endsWith("/alertmanager.yml"));
  return (path === undefined ? {} : (parse(files[path] ?? "") ?? {})) as Routing;
}

/** Who is told of an alert, each once. */
export function recipientsOf({ route }: Routing, labels: Labels): readonly Recipient[] {
  const leaves = route === undefined ? [] : leavesOf(route, labels, NOBODY);
  const told = leaves.filter(({ receiver }) => receiver !== NOBODY);
  return told.filter(({ receiver }, index) => told.findIndex((other) => other.receiver === receiver) === index);
}

function leavesOf(route: Route, labels: Labels, inherited: string): readonly Recipient[] {
  if (!(route.matchers ?? []).every((matcher) => matches(matcher, labels))) return [];
  const receiver = route.receiver ?? inherited;
  const found: Recipient[] = [];
  for (const child of route.routes ?? []) {
    const below = leavesOf(child, labels, receiver);
    found.push(...below);
    if (below.length > 0 && child.continue !== true) break;
  }
  return found.length > 0 ? found : [{ receiver, except: route.mute_time_intervals ?? [] }];
}

/** Whether an alert has what a matcher asks for: a label that it lacks is empty. */
export function matches(matcher: string, labels: Labels): boolean {
  const [, name = "", operator = "", quoted = ""] = MATCHER.exec(matcher) ?? [];
  const value = quoted.replace(/\\(.)/gs, "$1");
  const given = labels[name] ?? "";
  const equal = operator.endsWith("~") ? new RegExp(`^(?:${value})$`).test(given) : given === value;
  return operator.startsWith("!") ? !equal : equal;
}
