import { nearest, type Problem } from "../services/problems.ts";
import { DAY_LENGTH, MINUTE, type Period } from "./periods.ts";

/** A planned time in which nobody is told of some services: it is muted, seen on dashboards, and ends by itself. */
export interface MaintenanceWindow {
  /** The services whose alerts tell nobody: exactly those. Each is a value of the label `service`. */
  readonly services: readonly string[];
  /** When it begins, as RFC 3339 has it, to the minute: `2026-12-01T22:00+01:00`. */
  readonly from: string;
  /** When it ends, in the same form: the first minute that is not in it any more. */
  readonly to: string;
  /** What is done in it, in a line: whoever looks at a quiet alert reads it. */
  readonly why: string;
  /** Allows more than a day. @default false */
  readonly long?: boolean;
}

const FIELDS: readonly string[] = ["services", "from", "to", "why", "long"];

const MOMENT = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::00)?(Z|[+-]\d\d:\d\d)$/;
const MOMENT_ALLOWED = 'a day, a time to the minute and its distance to UTC, such as "2026-12-01T22:00+01:00"';
const WHY = /^[^\n\r]{1,200}$/;

/** A window's time, in minutes since 1970. Asked of what {@link maintenanceProblems} has let through. */
export function periodOf({ from, to }: MaintenanceWindow): Period {
  return { from: (momentOf(from) ?? 0) / MINUTE, to: (momentOf(to) ?? 0) / MINUTE };
}

/** What a window is called where programs name it: when it begins, and for what. One and the same window has one name. */
export function windowName(window: MaintenanceWindow): string {
  const [from, to] = [window.from, window.to].map((time) => new Date(momentOf(time) ?? 0).toISOString().slice(0, 16));
  return `maintenance ${from}Z to ${to}Z: ${[...window.services].sort().join(", ")}`;
}

/**
 * Everything that is wrong with the windows; `[]` when all is well. One that is over is well: it does nothing any more.
 *
 * @param known the services that have alerts. @default - they are not known, and any name will do
 * @param property what the caller gives them as
 */
export function maintenanceProblems(
  windows: readonly MaintenanceWindow[],
  known?: readonly string[],
  property = "maintenance",
): Problem[] {
  if (!Array.isArray(windows))
    return [{ property, given: windows, allowed: `a list of objects of ${FIELDS.join(", ")}` }];
  return windows.flatMap((window: unknown, index) => {
    const at = `${property}[${index}]`;
    if (typeof window !== "object" || window === null || Array.isArray(window)) {
      return [{ property: at, given: window, allowed: `an object of ${FIELDS.join(", ")}` }];
    }
    const before = windows.slice(0, index).some((other) => sameWindow(other, window as MaintenanceWindow));
    return [
      ...windowProblems(window as Readonly<Record<string, unknown>>, at, known),
      ...(before ? [{ property: at, given: window, allowed: "each window once" }] : []),
    ];
  });
}

function sameWindow(one: unknown, other: MaintenanceWindow): boolean {
  const known = (window: unknown): window is MaintenanceWindow =>
    Array.isArray((window as MaintenanceWindow | null)?.services);
  return known(one) && known(other) && windowName(one) === windowName(other);
}

function windowProblems(
  window: Readonly<Record<string, unknown>>,
  at: string,
  known: readonly string[] | undefined,
): Problem[] {
  const strangers = Object.keys(window)
    .filter((key) => !FIELDS.includes(key))
    .map((key) => ({ property: `${at}.${key}`, given: window[key], allowed: `one of ${FIELDS.join(", ")}` }));
  const { why, long } = window;
  const texts: Problem[] = [];
  if (typeof why !== "string" || !WHY.test(why.trim())) {
    const fix = "Say what is done: whoever sees a quiet alert reads it.";
    texts.push({ property: `${at}.why`, given: why, allowed: "a line of 1 to 200 characters", fix });
  }
  if (long !== undefined && typeof long !== "boolean") {
    texts.push({ property: `${at}.long`, given: long, allowed: "true or false" });
  }
  return [
    ...strangers,
    ...servicesProblems(window.services, `${at}.services`, known),
    ...timeProblems(window, at),
    ...texts,
  ];
}

function servicesProblems(services: unknown, property: string, known: readonly string[] | undefined): Problem[] {
  if (!Array.isArray(services) || services.length === 0) {
    const fix = "Name each that is worked on: a window for all would hide what has nothing to do with it.";
    return [{ property, given: services, allowed: "a list of at least one service", fix }];
  }
  return services.flatMap((service: unknown, index): Problem[] => {
    const at = `${property}[${index}]`;
    if (services.indexOf(service) < index) return [{ property: at, given: service, allowed: "each service once" }];
    if (known === undefined ? typeof service === "string" && service !== "" : known.includes(String(service)))
      return [];
    const near = nearest(String(service), known ?? []);
    const allowed = `a service that has alerts${known === undefined ? "" : `: ${known.join(", ")}`}`;
    return [{ property: at, given: service, allowed, ...(near === undefined ? {} : { fix: `Did you mean ${near}?` }) }];
  });
}

function timeProblems({ from, to, long }: Readonly<Record<string, unknown>>, at: string): Problem[] {
  const [begins, ends] = [momentOf(from), momentOf(to)];
  const problems = (
    [
      ["from", from, begins],
      ["to", to, ends],
    ] as const
  )
    .filter(([, , moment]) => moment === undefined)
    .map(([key, given]): Problem => ({ property: `${at}.${key}`, given, allowed: MOMENT_ALLOWED }));
  if (begins === undefined || ends === undefined) return problems;
  if (ends <= begins) return [{ property: `${at}.to`, given: to, allowed: `a time after ${from}` }];
  if (ends - begins <= DAY_LENGTH || long === true) return [];
  const fix = `Set \`long: true\` where ${hours(ends - begins)} without a word of it are meant.`;
  return [{ property: `${at}.to`, given: to, allowed: `at most 24 hours after ${from}`, fix }];
}

function hours(milliseconds: number): string {
  return `${Math.round(milliseconds / MINUTE / 6) / 10} hours`;
}

/** Milliseconds since 1970; undefined where the text is no moment, or one of a day that there is not. */
function momentOf(text: unknown): number | undefined {
  const [, day = "", time = "", zone = ""] = MOMENT.exec(typeof text === "string" ? text : "") ?? [];
  const local = new Date(`${day}T${time}:00Z`);
  // JavaScript takes the 31st of November as the first of December.
  if (Number.isNaN(local.getTime()) || !local.toISOString().startsWith(`${day}T${time}`)) return undefined;
  const moment = Date.parse(`${day}T${time}:00${zone}`);
  return Number.isNaN(moment) ? undefined : moment;
}
