import type { PortalDescription } from "../../../portal-description.ts";
import { askJson, askText, understood } from "../ask.ts";

/** A line that a program wrote. */
export interface LogLine {
  /** RFC 3339, to the millisecond. */
  readonly time: string;
  /** What wrote it: the label `service_name`; empty where the store knows none. */
  readonly service: string;
  /** How grave it is, in the program's own words: `info`, `error`; empty where it does not say. */
  readonly level: string;
  /** The line as it was written, with an ellipsis for what is beyond 8000 characters. */
  readonly text: string;
  /** The trace that it was written in; empty where there is none. */
  readonly trace: string;
}

/** Which lines. */
export interface WantedLines {
  /** Of this service. @default - of all */
  readonly service?: string;
  /** Of this trace. @default - of any */
  readonly trace?: string;
  /** Of this request, by its `X-Request-ID`. @default - of any */
  readonly request?: string;
  /** Since when, in seconds since 1970. */
  readonly start: number;
  /** The most of them; the newest come. */
  readonly limit: number;
}

type Store = PortalDescription["asks"]["logs"];

/** Asks the store that has the logs, whichever it is. Names and ids are checked before they come here. */
export async function linesOf({ kind, url }: Store, wanted: WantedLines): Promise<readonly LogLine[]> {
  const lines = kind === "loki" ? await ofLoki(url, wanted) : await ofVictoriaLogs(url, wanted);
  return [...lines].sort((one, other) => one.time.localeCompare(other.time));
}

interface LokiAnswer {
  readonly data: {
    readonly result: readonly {
      readonly stream: Readonly<Record<string, string>>;
      readonly values: readonly (readonly [nanoseconds: string, text: string])[];
    }[];
  };
}

async function ofLoki(
  url: string,
  { service, trace, request, start, limit }: WantedLines,
): Promise<readonly LogLine[]> {
  const source = service === undefined ? '{service_name=~".+"}' : `{service_name=${JSON.stringify(service)}}`;
  const fields = Object.entries({ trace_id: trace, request_id: request }).filter(([, value]) => value !== undefined);
  const query = [source, ...fields.map(([name, value]) => `${name}=${JSON.stringify(value)}`)].join(" | ");
  const path = `loki/api/v1/query_range?limit=${limit}&start=${Math.floor(start)}&query=${encodeURIComponent(query)}`;
  const answer = await askJson<LokiAnswer>("Loki", `${url}${path}`);
  return understood("Loki", () =>
    answer.data.result.flatMap(({ stream, values }) =>
      values.map(([nanoseconds, text]) => ({
        time: new Date(Number(nanoseconds.slice(0, -6))).toISOString(),
        service: stream.service_name ?? "",
        level: stream.level ?? stream.detected_level ?? "",
        text: shortened(text),
        trace: traceOf(stream.trace_id),
      })),
    ),
  );
}

async function ofVictoriaLogs(url: string, wanted: WantedLines): Promise<readonly LogLine[]> {
  const { service, trace, request, start, limit } = wanted;
  const query = [
    service === undefined ? "*" : `{service_name=${JSON.stringify(service)}}`,
    ...(trace === undefined ? [] : [`trace_id:=${JSON.stringify(trace)}`]),
    ...(request === undefined ? [] : [`request_id:=${JSON.stringify(request)}`]),
  ].join(" ");
  const path = `select/logsql/query?limit=${limit}&start=${Math.floor(start)}&query=${encodeURIComponent(query)}`;
  const text = await askText("VictoriaLogs", `${url}${path}`);
  return understood("VictoriaLogs", () =>
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
      .map(({ _time, _msg, service_name, level, trace_id }) => ({
        time: new Date(String(_time)).toISOString(),
        service: String(service_name ?? ""),
        level: String(level ?? ""),
        text: shortened(String(_msg ?? "")),
        trace: traceOf(trace_id),
      })),
  );
}

/** Characters of a line that are shown: the stores have the rest. */
const SHOWN_CHARACTERS = 8000;

function shortened(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

/** Whoever writes lines may write anything as the id of a trace: what is none leads nowhere. */
function traceOf(id: unknown): string {
  return typeof id === "string" && /^[0-9a-f]{32}$/.test(id) ? id : "";
}
