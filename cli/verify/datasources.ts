/** Grafana, where there is one, reaches each of its datasources. */

import { DATASOURCES } from "../../dashboards/datasources.ts";
import { beginningOf } from "./ask.ts";
import { type Check, type CheckKind, failed, ok, warning } from "./check.ts";

/**
 * What is asked of a datasource through Grafana. Its own check of one is no question for all: Grafana 10 leaves that of
 * Loki, Jaeger and Tempo to its page, and counts a request that failed, which an alert tells of.
 */
const QUESTIONS: Readonly<Record<string, string>> = {
  prometheus: "api/v1/query?query=1",
  loki: "loki/api/v1/labels",
  // Of no plugin, but of the store itself: a Grafana without the plugin has no such datasource.
  [DATASOURCES.victorialogs.type]: "select/logsql/query?query=*&limit=1&start=5m",
  jaeger: "api/services",
  tempo: "api/echo",
};

/** A check for each datasource of Grafana: a question is answered through it; none without a Grafana. */
export const datasources: CheckKind = (verification) => {
  const { proof, ask, grafanaPassword } = verification;
  const { grafana } = proof.urls;
  if (grafana === undefined) return [];
  return proof.datasources.map(
    (datasource): Check => ({
      name: `datasource ${datasource.name}`,
      seconds: 15,
      program: "grafana",
      look: [`${grafana}connections/datasources/edit/${datasource.uid}`, "docs/runbooks/GrafanaRequestsFailing.md"],
      async find(signal) {
        if (grafanaPassword === undefined) {
          return warning("not asked: the stack has no output grafanaPassword");
        }
        const headers = { authorization: `Basic ${Buffer.from(`admin:${grafanaPassword}`).toString("base64")}` };
        const question = QUESTIONS[datasource.type] ?? null;
        const path =
          question === null
            ? `${grafana}api/datasources/uid/${datasource.uid}/health`
            : `${grafana}api/datasources/proxy/uid/${datasource.uid}/${question}`;
        const { status, body } = await ask(path, { signal, headers });
        if (status === 401) return failed("Grafana lets admin in", "401: the password of the outputs is another one");
        if (question !== null) {
          return status === 200
            ? ok(`answers ${question.split("?")[0]} through Grafana`)
            : failed(`200 of ${path}`, `${status} ${beginningOf(body)}`.trim());
        }
        const { status: state, message } = JSON.parse(body) as { status?: string; message?: string };
        return state === "OK" ? ok(message ?? "OK") : failed("status OK", `${status} ${message ?? beginningOf(body)}`);
      },
    }),
  );
};
