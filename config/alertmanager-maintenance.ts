import { type MaintenanceWindow, periodOf, windowName } from "../signals/maintenance.ts";
import { timeOf } from "../signals/mute-timing.ts";
import { DAY_LENGTH, MINUTE } from "../signals/periods.ts";

const DAY = DAY_LENGTH / MINUTE;

/** Services that are in the same windows. */
export interface MaintainedServices {
  /** The services. */
  readonly services: readonly string[];
  /** Names of the windows that they are in. */
  readonly windows: readonly string[];
}

/**
 * The services of a route that some window is about, those of the same windows together: each needs a route of its own,
 * since a time mutes all of a route.
 *
 * @param services the services of the route. @default - all
 */
export function maintainedServices(
  windows: readonly MaintenanceWindow[],
  services?: readonly string[],
): readonly MaintainedServices[] {
  const named = [...new Set(windows.flatMap((window) => window.services))].filter(
    (service) => services === undefined || services.includes(service),
  );
  const byWindows = new Map<string, MaintainedServices>();
  for (const service of named.sort()) {
    const names = windows.filter((window) => window.services.includes(service)).map(windowName);
    const key = names.join("\n");
    byWindows.set(key, { services: [...(byWindows.get(key)?.services ?? []), service], windows: names });
  }
  return [...byWindows.values()];
}

/**
 * A window in the words of Alertmanager: a part of each day that it is on, in UTC, in its one year and month. So it ends
 * by itself, and what is left of it in the file does nothing.
 */
export function renderWindow(window: MaintenanceWindow): object {
  const { from, to } = periodOf(window);
  const days = Array.from(
    { length: Math.ceil(to / DAY) - Math.floor(from / DAY) },
    (_, index) => Math.floor(from / DAY) + index,
  );
  return {
    name: windowName(window),
    time_intervals: days.map((day) => {
      const [year, month, date] = new Date(day * DAY_LENGTH).toISOString().slice(0, 10).split("-").map(Number);
      return {
        times: [{ start_time: timeOf(Math.max(from - day * DAY, 0)), end_time: timeOf(Math.min(to - day * DAY, DAY)) }],
        days_of_month: [`${date}`],
        months: [`${month}`],
        years: [`${year}`],
        location: "UTC",
      };
    }),
  };
}
