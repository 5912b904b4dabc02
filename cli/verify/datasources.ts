/** Grafana reaches each of its datasources. */

import { askJson, beginningOf } from "./ask.ts";
import { type Check, type CheckKind, failed, ok, type Verification, warning } from "./check.ts";

type Datasource = Verification["proof"]["datasources"][number];

/** What is asked through Grafana where its own check of a datasource does not answer. */
const QUESTIONS: Readonly<Record<string, string>> = {
  prometheus: "api/v1/query?query=1",
  loki: "loki/api/v1/labels",
  jaeger: "api/services",
};

export const datasources: CheckKind = (verification) => {
  const { proof, ask, grafanaPassword } = verification;
  const { grafana } = proof.urls;
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
        const path = `${grafana}api/datasources/uid/${datasource.uid}/health`;
        const { status, body } = await ask(path, { signal, headers });
        // Grafana 10 leaves that check to its page for some kinds, and says so in these two ways.
        if (status === 404 || (status === 503 && body.includes("Plugin unavailable"))) {
          return await asked(verification, datasource, { signal, headers });
        }
        if (status === 401) return failed("Grafana lets admin in", "401: the password of the outputs is another one");
        const { status: state, message } = JSON.parse(body) as { status?: string; message?: string };
        return state === "OK" ? ok(message ?? "OK") : failed("status OK", `${status} ${message ?? beginningOf(body)}`);
      },
    }),
  );
};

async function asked(
  { proof, ask }: Verification,
  { uid, type }: Datasource,
  options: { signal: AbortSignal; headers: Record<string, string> },
) {
  const question = QUESTIONS[type];
  if (question === undefined) return warning(`not asked: nothing is known of datasources of type ${type}`);
  await askJson(ask, `${proof.urls.grafana}api/datasources/proxy/uid/${uid}/${question}`, options);
  return ok(`answers ${question.split("?")[0]} through Grafana`);
}
