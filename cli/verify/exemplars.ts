/** The request's duration names its trace: from a slow bucket there is a way to what was slow. */

import { type Check, type CheckKind, failed, ok, warning } from "./check.ts";
import { api } from "./prometheus.ts";
import { requestsOf } from "./requests.ts";
import { traceStoreOf } from "./trace-store.ts";

interface Series {
  readonly exemplars: readonly { readonly labels: Readonly<Record<string, string>>; readonly timestamp: number }[];
}

/** A check for each traced route: a bucket of its durations names the trace of a request that was just sent. */
export const exemplars: CheckKind = (verification) => {
  const { proof } = verification;
  const store = traceStoreOf(verification);
  if (store === undefined) return [];
  return requestsOf(verification)
    .filter(({ route }) => proof.traced.includes(route.service))
    .map((request): Check => {
      const { route, agent, begun, send } = request;
      const selector = `http_request_duration_seconds_bucket{job="${route.service}"}`;
      const url = `${proof.urls.prometheus}api/v1/query_exemplars`;
      return {
        name: `exemplar ${route.name}`,
        seconds: 2 * proof.scrapeSeconds + proof.traceSeconds + 10,
        program: route.service,
        look: [
          `curl -sG ${url} --data-urlencode 'query=${selector}' -d start=$(($(date +%s) - 300)) -d end=$(date +%s)`,
          "docker inspect the container of Prometheus: its command has --enable-feature=exemplar-storage",
        ],
        async find(signal) {
          // A bucket keeps its last exemplar only: another request between ours and the scrape takes its place.
          await send(signal);
          const end = Date.now() / 1000 + 60;
          const found = await api<readonly Series[]>(
            verification,
            `query_exemplars?query=${encodeURIComponent(selector)}&start=${begun / 1000 - 60}&end=${end}`,
            signal,
          );
          const all = found.flatMap((series) => series.exemplars);
          const ours = (await store.tracesOf(request, signal)).map(({ id }) => id);
          const [named] = all.flatMap(({ labels }) => labels.trace_id ?? []).filter((id) => ours.includes(id));
          // Which exemplar is ours is told by the trace store alone; that it has none is said by the check of traces.
          if (ours.length === 0) return warning(`not looked for: no trace of ${agent} in ${store.words}`, true);
          if (named !== undefined) return ok(`${named} in a bucket of ${route.service}`);
          const newer = all.filter(({ timestamp }) => timestamp > begun / 1000).length;
          if (newer > 0) return warning(`not ours, and ${newer} newer ones: others ask too often`, true);
          return failed(
            `an exemplar with the trace_id of ${agent} on http_request_duration_seconds of ${route.service} in Prometheus`,
            all.length === 0 ? "no exemplar at all" : `${all.length} exemplars, all from before`,
          );
        },
      };
    });
};
