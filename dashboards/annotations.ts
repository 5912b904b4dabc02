import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import { MAINTENANCE_ACTIVE } from "../signals/maintenance-series.ts";
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
