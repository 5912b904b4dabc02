import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import { MAINTENANCE_ACTIVE } from "../signals/maintenance-series.ts";
import { CANDIDATE_SHARE } from "../signals/rules/rollout.ts";
import { datasourceRef } from "./datasources.ts";

/**
 * The deployments, as marks on every graph: each new container of a service, with its version. A restart makes none.
 *
 * They are asked from Prometheus, so nobody has to write them, and none is there that did not happen. Replicas are
 * made one after the other: the first of them is when the deployment was.
 *
 * @param services PromQL selector of the services. @default - all of them
 */
export function deployments(services?: string): dashboard.AnnotationQueryBuilder {
  const selector = services === undefined ? "" : `{${services}}`;
  return new dashboard.AnnotationQueryBuilder()
    .name("Deployments")
    .datasource(datasourceRef("prometheus"))
    .enable(true)
    .iconColor("blue")
    .expr(`1000 * min by (service, version) (container_created_time_seconds${selector}) > $__from`)
    .useValueForTime(true)
    .step("60s")
    .titleFormat("{{service}} deployed")
    .textFormat("{{service}} {{version}}")
    .tagKeys("service,version");
}

/**
 * The maintenance windows, as marked times on every graph: who sees a quiet alert sees why.
 *
 * @param services PromQL selector of the services. @default - all of them
 */
export function maintenance(services?: string): dashboard.AnnotationQueryBuilder {
  const selector = services === undefined ? "" : `{${services}}`;
  return new dashboard.AnnotationQueryBuilder()
    .name("Maintenance")
    .datasource(datasourceRef("prometheus"))
    .enable(true)
    .iconColor("purple")
    .expr(`${MAINTENANCE_ACTIVE}${selector}`)
    .step("60s")
    .titleFormat("{{service}} is maintained")
    .textFormat("{{why}}")
    .tagKeys("service");
}

/**
 * The times in which the candidate of a rollout gets requests, as marked times on every graph: a step in a graph that
 * begins there is the new version's.
 *
 * They are measured, so none is there that did not happen, whoever set the weight; they end as late as the window of rates is long.
 *
 * @param services PromQL selector of the services
 */
export function rollouts(services: string): dashboard.AnnotationQueryBuilder {
  return new dashboard.AnnotationQueryBuilder()
    .name("Rollouts")
    .datasource(datasourceRef("prometheus"))
    .enable(true)
    .iconColor("orange")
    .expr(`${CANDIDATE_SHARE}{${services}}`)
    .step("60s")
    .titleFormat("{{service}} has a candidate")
    .textFormat("A new version gets a part of the requests, or all of them.")
    .tagKeys("service");
}
