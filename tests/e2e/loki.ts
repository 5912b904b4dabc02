/** What the Loki of the deployment under test answers. */

const API = "http://localhost:3100/loki/api/v1";

/** A line as it was found. */
export interface Line {
  readonly text: string;
  /** Labels and structured metadata. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Values of a label, over the last hour. */
export async function labelValues(label: string): Promise<string[]> {
  const { data = [] } = (await (await fetch(`${API}/label/${label}/values`)).json()) as { data?: string[] };
  return data;
}

/** The setting of a name as Loki runs with it; the first of that name. */
export async function setting(name: string): Promise<string | undefined> {
  const text = await (await fetch("http://localhost:3100/config")).text();
  return new RegExp(`^\\s+${name}: (.*)$`, "m").exec(text)?.[1];
}

/** The lines of the last hour that a LogQL query finds, newest first. */
export async function lines(query: string): Promise<Line[]> {
  const response = await fetch(`${API}/query_range?limit=100&query=${encodeURIComponent(query)}`);
  const { data } = (await response.json()) as {
    data: { result: { stream: Record<string, string>; values: [string, string][] }[] };
  };
  return data.result
    .flatMap(({ stream, values }) => values.map(([time, text]) => ({ time, text, labels: stream })))
    .sort((a, b) => (a.time < b.time ? 1 : -1));
}
