/** Every pack of rules, as each component makes it. */

import { PACES, type Pace, type RuleGroup } from "../../signals/rule-group.ts";
import { alertingRules } from "../../signals/rules/alerting.ts";
import { alertmanagerRules } from "../../signals/rules/alertmanager.ts";
import { blackboxRules } from "../../signals/rules/blackbox.ts";
import { collectorRules } from "../../signals/rules/collector.ts";
import { containerRules } from "../../signals/rules/containers.ts";
import { deadMansSwitchRules } from "../../signals/rules/dead-mans-switch.ts";
import { grafanaRules } from "../../signals/rules/grafana.ts";
import { hostRules } from "../../signals/rules/host.ts";
import { hostAgentRules } from "../../signals/rules/host-agent.ts";
import { httpServiceRules } from "../../signals/rules/http-service.ts";
import { logRules } from "../../signals/rules/logs.ts";
import { lokiRules } from "../../signals/rules/loki.ts";
import { mysqlRules } from "../../signals/rules/mysql.ts";
import { nginxRules } from "../../signals/rules/nginx.ts";
import { phpFpmRules } from "../../signals/rules/php-fpm.ts";
import { postgresRules } from "../../signals/rules/postgres.ts";
import { probeRules } from "../../signals/rules/probes.ts";
import { prometheusRules } from "../../signals/rules/prometheus.ts";
import { redisRules } from "../../signals/rules/redis.ts";
import { targetRules } from "../../signals/rules/targets.ts";
import { traceRules } from "../../signals/rules/traces.ts";
import { traefikRules } from "../../signals/rules/traefik.ts";
import { victorialogsRules } from "../../signals/rules/victorialogs.ts";

/** The packs by the name of their file, in its order; those of one job have `job` as its name. */
export function allPacks(pace: Pace = PACES.steady, job = "x"): Readonly<Record<string, RuleGroup>> {
  return {
    "alerting.ts": alertingRules({ pace }),
    "alertmanager.ts": alertmanagerRules({ job, pace }),
    "blackbox.ts": blackboxRules({ job, pace }),
    "collector.ts": collectorRules({ job, pace }),
    "containers.ts": containerRules({ pace }),
    "dead-mans-switch.ts": deadMansSwitchRules({ job, pace }),
    "grafana.ts": grafanaRules({ job, pace }),
    "host-agent.ts": hostAgentRules({ job, pace }),
    "host.ts": hostRules({ job, pace }),
    "http-service.ts": httpServiceRules({ job, pace }),
    "logs.ts": logRules({ pace }),
    "loki.ts": lokiRules({ job, pace }),
    "mysql.ts": mysqlRules({ job, pace }),
    "nginx.ts": nginxRules({ job, pace, servers: [`${job}-1`, `${job}-2`] }),
    "php-fpm.ts": phpFpmRules({ job, pace, maxChildren: 6, pools: [`${job}-1`, `${job}-2`] }),
    "postgres.ts": postgresRules({ job, pace }),
    "probes.ts": probeRules({ pace }),
    "prometheus.ts": prometheusRules({ job, pace }),
    "redis.ts": redisRules({ job, pace, writer: "catalog" }),
    "targets.ts": targetRules({ pace }),
    "traces.ts": traceRules({ pace }),
    "traefik.ts": traefikRules({ job, pace }),
    "victorialogs.ts": victorialogsRules({ job, pace }),
  };
}
