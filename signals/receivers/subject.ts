/** What stands in the subject of a mail, for who reads an inbox as people do. */

/** What a mail is about. */
export interface ReadSubject {
  /** Whether it began, or is over. */
  readonly status: "firing" | "resolved";
  /** An alert, or the whole monitoring: then the dead man's switch has written it. */
  readonly of: "alert" | "monitoring";
  /** Labels of the alert, `alertname`, `service` and `severity`; none where the subject has not all of them. */
  readonly labels: Readonly<Record<string, string>>;
}

/** How the dead man's switch begins what it says; its program is services/monitoring/dead-mans-switch. */
export const OF_MONITORING = "The monitoring is ";

/**
 * Reads a subject, as `SUBJECT` in `texts.ts` has Alertmanager write it and as the dead man's switch does.
 *
 * @param subject `[FIRING:1] critical: orders: TargetDown`, `[RESOLVED] The monitoring is back: shop/dev`
 */
export function readSubject(subject: string): ReadSubject {
  const [, head = "", text = ""] = /^\[([^\]]*)\] (.*)$/.exec(subject) ?? [];
  const status = head.startsWith("RESOLVED") ? "resolved" : "firing";
  if (text.startsWith(OF_MONITORING)) return { status, of: "monitoring", labels: {} };
  const { severity, service, alertname } =
    /^(?<severity>\w+): (?<service>[^\s:]+): (?<alertname>[A-Z]\w*)$/.exec(text)?.groups ?? {};
  const known = severity !== undefined && service !== undefined && alertname !== undefined;
  return { status, of: "alert", labels: known ? { severity, service, alertname } : {} };
}
