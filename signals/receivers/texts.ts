/** What people read: templates of Alertmanager, which fills them in. An alert need not have a dashboard. */

/**
 * The values of a label of all alerts of a notice, each once: what a group is made by need not have it.
 *
 * @param label the label: `alertname`
 * @param after what follows them, where there are any
 */
export function valuesOf(label: string, after = ""): string {
  const seen = 'match (printf "(^|, )\\\\Q%s\\\\E(,|$)" .) $all';
  return (
    `{{ with .CommonLabels.${label} }}{{ . }}${after}{{ else }}{{ $all := "" }}{{ range .Alerts }}` +
    `{{ with .Labels.${label} }}{{ if eq $all "" }}{{ $all = . }}` +
    `{{ else if not (${seen}) }}{{ $all = printf "%s, %s" $all . }}{{ end }}{{ end }}{{ end }}` +
    `{{ with $all }}{{ . }}${after}{{ end }}{{ end }}`
  );
}

/** One line: `[FIRING:2] critical: orders: TargetDown`. */
export const SUBJECT =
  '[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] ' +
  `{{ with .CommonLabels.severity }}{{ . }}: {{ end }}${valuesOf("service", ": ")}${valuesOf("alertname")}`;

/** Color of what fires and of what has ended, in words of Slack. */
export const COLOR =
  '{{ if ne .Status "firing" }}good{{ else if eq .CommonLabels.severity "critical" }}danger{{ else }}warning{{ end }}';

/** Address of the alerts' runbook, where all of them have the same; else empty. */
export const RUNBOOK = "{{ .CommonAnnotations.runbook_url }}";

/** How a text marks what it says. */
export interface Marks {
  /** The summary of an alert. */
  summary(text: string): string;
  /** A link. */
  link(url: string, text: string): string;
}

/** Each alert in a few lines: its summary, its description, and where its runbook and its dashboard are. */
export function body(marks: Marks): string {
  const link = (annotation: string, text: string): string =>
    `{{ with .Annotations.${annotation} }}\n${marks.link("{{ . }}", text)}{{ end }}`;
  return [
    "{{ range $index, $alert := .Alerts }}{{ if $index }}\n\n{{ end }}",
    marks.summary("{{ .Annotations.summary }}"),
    '{{ if eq .Status "resolved" }} (resolved){{ end }}\n{{ .Annotations.description }}',
    link("runbook_url", "Runbook"),
    link("dashboard_url", "Dashboard"),
    "{{ end }}",
  ].join("");
}

/** The body in Markdown. */
export const MARKDOWN = body({ summary: (text) => `**${text}**`, link: (url, text) => `[${text}](${url})` });

/** The body as plain text. */
export const PLAIN = body({ summary: (text) => text, link: (url, text) => `${text}: ${url}` });
