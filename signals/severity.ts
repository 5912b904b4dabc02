/** How urgent an alert is: page now, look in working hours, context only, or (`none`) the Watchdog. */
export type Severity = "critical" | "warning" | "info" | "none";

/** Every severity, the most urgent first. */
export const SEVERITIES: readonly Severity[] = ["critical", "warning", "info", "none"];
