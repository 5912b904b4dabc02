/** What a Grafana answers: its datasources, its dashboards, and the data of every panel. */

/** How a Grafana is reached. */
export interface GrafanaAccess {
  /** Password of the user `admin`. */
  readonly password: string;
  /** Its address. @default "http://localhost:3000" */
  readonly url?: string;
}

/** What is chosen on the dashboards, by variable; any value where a variable is not named. */
export type Chosen = Readonly<Record<string, string>>;

interface Target {
  readonly refId: string;
  readonly expr: string;
  /** Whose traces are searched for, in a search for traces. */
  readonly service?: string;
  readonly datasource: { readonly type: string; readonly uid: string };
}

interface Variable {
  readonly type: string;
  readonly name: string;
  readonly query: string;
  readonly current?: { readonly value?: string };
  readonly datasource?: { readonly uid: string };
}

/** A dashboard, as Grafana gives it. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly { readonly title: string; readonly type: string; readonly targets?: readonly Target[] }[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr?: string }[] };
}

/** A deployment of a service, as a dashboard marks it. */
export interface Marked {
  readonly service: string;
  readonly version: string;
  /** When, in milliseconds since 1970. */
  readonly time: number;
}

interface Answer {
  readonly error?: string;
  readonly frames?: readonly {
    readonly schema: { readonly fields: readonly { readonly labels?: Readonly<Record<string, string>> }[] };
    readonly data: { readonly values: readonly (readonly unknown[])[] };
  }[];
}

/** Each datasource's name, with `OK` or what Grafana says is wrong with it. */
export async function datasourceHealth(access: GrafanaAccess): Promise<Record<string, string>> {
  const datasources = await ask<{ uid: string; name: string; type: string }[]>(access, "datasources");
  const states = datasources.map(async (datasource) => [datasource.name, await healthOf(access, datasource)]);
  return Object.fromEntries(await Promise.all(states));
}

async function healthOf(access: GrafanaAccess, datasource: { uid: string; type: string }): Promise<string> {
  // Grafana 10 does not ask Jaeger for its health itself, and its page asks this.
  if (datasource.type === "jaeger") {
    const { status } = await send(access, `datasources/proxy/uid/${datasource.uid}/api/services`);
    return status === 200 ? "OK" : `the proxy answers ${status}`;
  }
  const response = await send(access, `datasources/uid/${datasource.uid}/health`);
  // Grafana 10 does not ask Loki for its health itself: its page sends this query.
  if (response.status === 404) {
    const target = { refId: "A", expr: "vector(1)+vector(1)", queryType: "instant", datasource };
    return (await problemOf(access, target, {})) ?? "OK";
  }
  const { status, message } = (await response.json()) as { status?: string; message: string };
  return status === "OK" ? status : message;
}

/** Every dashboard that a search finds. */
export async function dashboards(access: GrafanaAccess): Promise<Dashboard[]> {
  const found = await ask<{ uid: string }[]>(access, "search?type=dash-db");
  const whole = found.map(({ uid }) => ask<{ dashboard: Dashboard }>(access, `dashboards/uid/${uid}`));
  return (await Promise.all(whole)).map(({ dashboard }) => dashboard);
}

/** Queries without data in the last quarter of an hour, each as `<uid>: <panel> <query>: <why>`; `[]` when all have some. */
export async function emptyPanels(access: GrafanaAccess, chosen: Chosen = {}): Promise<string[]> {
  const problems: string[] = [];
  for (const dashboard of await dashboards(access)) {
    const { uid, panels } = dashboard;
    for (const { title, type, targets = [] } of panels) {
      if (type === "row") continue;
      if (targets.length === 0) problems.push(`${uid}: ${title}: it asks nothing`);
      for (const target of targets) {
        const problem = await problemOf(access, onDashboard(dashboard, target), chosen);
        if (problem !== undefined) problems.push(`${uid}: ${title} ${target.refId}: ${problem}`);
      }
    }
  }
  return problems;
}

/** Variables of the dashboards that offer nothing to choose, each as `<uid>: <variable>`. */
export async function emptyVariables(access: GrafanaAccess): Promise<string[]> {
  const problems: string[] = [];
  for (const dashboard of await dashboards(access)) {
    for (const variable of dashboard.templating.list.filter(({ type }) => type === "query")) {
      const values = await valuesOf(access, onDashboard(dashboard, variable));
      if (values.length === 0) problems.push(`${dashboard.uid}: ${variable.name}`);
    }
  }
  return problems;
}

/** The deployments that the first page marks since a moment, as Grafana's page makes them of what Prometheus says. */
export async function deploymentsSince(access: GrafanaAccess, since: Date): Promise<Marked[]> {
  const [home] = (await dashboards(access)).filter(({ uid }) => uid === "stack-home");
  const { expr = "" } = home?.annotations.list.find(({ name }) => name === "Deployments") ?? {};
  const query = {
    refId: "Anno",
    expr: expr.replaceAll("$__from", String(since.getTime())),
    range: true,
    datasource: { type: "prometheus", uid: "prometheus" },
    intervalMs: 5000,
    maxDataPoints: 1000,
  };
  const { results } = await tell<{ results?: Record<string, Answer> }>(access, "ds/query", {
    queries: [query],
    from: String(since.getTime()),
    to: String(Date.now()),
  });
  return (results?.Anno?.frames ?? []).flatMap(({ schema, data }) => {
    const { service = "", version = "" } = schema.fields[1]?.labels ?? {};
    // `useValueForTime`: the value is when it was; one that is within a step of the one before is the same.
    const times = (data.values[1] ?? []).map(Number);
    return times
      .filter((time, index) => index === 0 || time > (times[index - 1] ?? 0) + 60_000)
      .map((time) => ({ service, version, time }));
  });
}

/** What is asked, of the datasource that the dashboard's variable chooses. */
function onDashboard<T extends { readonly datasource?: { readonly uid: string } }>(dashboard: Dashboard, asked: T): T {
  const uid = asked.datasource?.uid.replace(/^\$\{(\w+)\}$/, (_, name: string) => {
    const variable = dashboard.templating.list.find((candidate) => candidate.name === name);
    return variable?.current?.value ?? "no datasource";
  });
  return { ...asked, datasource: { ...asked.datasource, uid } };
}

async function problemOf(access: GrafanaAccess, target: Target, chosen: Chosen): Promise<string | undefined> {
  if (target.datasource.type === "jaeger") return tracelessOf(access, target, chosen);
  // Grafana's server puts its own durations, as `$__rate_interval`, into the query.
  const query = { ...target, expr: withChosen(target.expr, chosen), intervalMs: 15_000, maxDataPoints: 60 };
  const { results, message } = await tell<{ results?: Record<string, Answer>; message?: string }>(access, "ds/query", {
    queries: [query],
    from: "now-15m",
    to: "now",
  });
  const answer = results?.[target.refId];
  if (answer === undefined || answer.error !== undefined) return answer?.error ?? message ?? "no answer";
  // The last column has the numbers or the lines. What is no number is null there, and a graph of it is empty.
  const shown = (answer.frames ?? []).flatMap(({ data }) => data.values.at(-1) ?? []);
  return shown.some((value) => value !== null) ? undefined : `no data for ${query.expr}`;
}

/** Grafana 10 leaves Jaeger to its page, which asks this of it. */
async function tracelessOf(access: GrafanaAccess, target: Target, chosen: Chosen): Promise<string | undefined> {
  const proxy = `datasources/proxy/uid/${target.datasource.uid}/api`;
  const { data: names } = await ask<{ data: string[] | null }>(access, `${proxy}/services`);
  const service = withChosen(target.service ?? "", chosen) || names?.[0] || "";
  const { data } = await ask<{ data: unknown[] | null }>(
    access,
    `${proxy}/traces?service=${service}&limit=20&lookback=1h`,
  );
  return data?.length ? undefined : `no trace of ${JSON.stringify(service)}`;
}

/** The query with what is chosen; a variable that is not chosen stands for any value, an empty search for any line. */
function withChosen(expr: string, chosen: Chosen): string {
  return expr
    .replace(/=~?"\$([A-Za-z]\w*)"/g, (_, name: string) => {
      const value = chosen[name];
      return value === undefined ? '=~".+"' : `="${value}"`;
    })
    .replace(/\$([A-Za-z]\w*)/g, (_, name: string) => chosen[name] ?? "");
}

async function valuesOf(access: GrafanaAccess, { query, datasource }: Variable): Promise<readonly string[]> {
  const { series, label } = /^label_values\((?:(?<series>.+), )?(?<label>\w+)\)$/.exec(query)?.groups ?? {};
  const loki = datasource?.uid === "loki";
  const match = series === undefined ? "" : `?${loki ? "query" : "match[]"}=${encodeURIComponent(series)}`;
  const { data } = await ask<{ data?: string[] }>(
    access,
    `datasources/proxy/uid/${datasource?.uid}/${loki ? "loki/api" : "api"}/v1/label/${label}/values${match}`,
  );
  return data ?? [];
}

/** What Grafana answers; it must answer well. */
async function ask<T>(access: GrafanaAccess, path: string): Promise<T> {
  const response = await send(access, path);
  if (!response.ok) throw new Error(`Grafana answers ${response.status} to ${path}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** What Grafana answers, also when it says that something behind it is wrong. */
async function tell<T>(access: GrafanaAccess, path: string, body?: object): Promise<T> {
  return (await (await send(access, path, body)).json()) as T;
}

function send({ password, url = "http://localhost:3000" }: GrafanaAccess, path: string, body?: object) {
  const authorization = `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`;
  return fetch(`${url}/api/${path}`, {
    headers: { authorization, "content-type": "application/json" },
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
}
