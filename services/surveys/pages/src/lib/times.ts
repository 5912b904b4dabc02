const DAY_AND_TIME = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
const TIME = new Intl.DateTimeFormat("en-GB", { timeStyle: "short", timeZone: "UTC" });

/** A moment in words: the same for server and browser, so with its zone. */
export function when(moment: string): string {
  return `${DAY_AND_TIME.format(new Date(moment))} UTC`;
}

/** The time of a moment that is near. */
export function at(moment: string): string {
  return `${TIME.format(new Date(moment))} UTC`;
}
