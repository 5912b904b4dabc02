/** Every pack of rules, as each component makes it. */

import { PACES, type Pace, type RuleGroup } from "../../signals/rule-group.ts";
import { alertingRules } from "../../signals/rules/alerting.ts";
import { alertmanagerRules } from "../../signals/rules/alertmanager.ts";
import { blackboxRules } from "../../signals/rules/blackbox.ts";
import { callAuthRules } from "../../signals/rules/call-auth.ts";
import { collectorRules } from "../../signals/rules/collector.ts";
import { containerRules } from "../../signals/rules/containers.ts";
import { deadMansSwitchRules } from "../../signals/rules/dead-mans-switch.ts";
import { grafanaRules } from "../../signals/rules/grafana.ts";
import { hostRules } from "../../signals/rules/host.ts";
import { hostAgentRules } from "../../signals/rules/host-agent.ts";
import { hostCheckRules } from "../../signals/rules/host-checks.ts";
import { httpServiceRules } from "../../signals/rules/http-service.ts";
import { logRules } from "../../signals/rules/logs.ts";
import { lokiRules } from "../../signals/rules/loki.ts";
import { nginxRules } from "../../signals/rules/nginx.ts";
import { phpFpmRules } from "../../signals/rules/php-fpm.ts";
import { probeRules } from "../../signals/rules/probes.ts";
import { prometheusRules } from "../../signals/rules/prometheus.ts";
import { rolloutRules } from "../../signals/rules/rollout.ts";
import { serviceCallRules } from "../../signals/rules/service-calls.ts";
import { targetRules } from "../../signals/rules/targets.ts";
import { traceRules } from "../../signals/rules/traces.ts";
import { traefikRules } from "../../signals/rules/traefik.ts";
import { victorialogsRules } from "../../signals/rules/victorialogs.ts";
import { STORES } from "../../signals/stores/index.ts";

/** The packs by the name of their file, in its order; those of one job have `job` as its name, all one owner. */
export function allPacks(pace: Pace = PACES.steady, job = "x", owner?: string): Readonly<Record<string, RuleGroup>> {
  const own = owner === undefined ? {} : { owner };
  const packs = {
    "alerting.ts": alertingRules({ ...own, pace }),
    "alertmanager.ts": alertmanagerRules({ ...own, job, pace }),
    "blackbox.ts": blackboxRules({ ...own, job, pace }),
    "call-auth.ts": callAuthRules({ ...own, job, pace }),
    "collector.ts": collectorRules({ ...own, job, pace }),
    "containers.ts": containerRules({ ...own, pace }),
    "dead-mans-switch.ts": deadMansSwitchRules({ ...own, job, pace }),
    "grafana.ts": grafanaRules({ ...own, job, pace }),
    "host-agent.ts": hostAgentRules({ ...own, job, pace }),
    "host.ts": hostRules({ ...own, job, pace }),
    "host-checks.ts": hostCheckRules({ ...own, job, pace }),
    "http-service.ts": httpServiceRules({ ...own, job, pace }),
    "logs.ts": logRules({ ...own, pace }),
    "loki.ts": lokiRules({ ...own, job, pace }),
    "nginx.ts": nginxRules({ ...own, job, pace, servers: [`${job}-1`, `${job}-2`] }),
    "php-fpm.ts": phpFpmRules({ ...own, job, pace, maxChildren: 6, pools: [`${job}-1`, `${job}-2`] }),
    "probes.ts": probeRules({ ...own, pace }),
    "prometheus.ts": prometheusRules({ ...own, job, pace }),
    "rollout.ts": rolloutRules({ ...own, job, pace, weight: 10, stable: [`${job}-1`] }),
    "service-calls.ts": serviceCallRules({ ...own, job, pace }),
    "targets.ts": targetRules({ ...own, pace }),
    "traces.ts": traceRules({ ...own, pace }),
    "traefik.ts": traefikRules({ ...own, job, pace }),
    "victorialogs.ts": victorialogsRules({ ...own, job, pace }),
    ...Object.fromEntries(
      STORES.map(({ name, rules }) => [`${name}.ts`, rules({ ...own, job, pace, writer: "catalog" })]),
    ),
  };
  return Object.fromEntries(Object.entries(packs).sort(([one], [other]) => (one < other ? -1 : 1)));
}
