import { describe, it } from "vitest";
import { DATASOURCES } from "../../dashboards/datasources.ts";
import { standardDashboards } from "../../dashboards/index.ts";
import { sloDashboard } from "../../dashboards/slo.ts";
import { sloRules } from "../../signals/slo/rules.ts";
import { checkQuery } from "../signals/promtool.ts";
import { policyWith } from "../signals/slo/policies.ts";

interface Target {
  readonly expr: string;
  readonly datasource: { readonly uid: string };
}

const SERVICE = 'job="orders",instance="orders-1:3000"';
const REQUEST = `${SERVICE},method="GET",route="/",status="200"`;
const HOST = 'job="node",instance="node:9100"';
const DISK = `${HOST},device="/dev/sda1",fstype="ext4"`;
const CONTAINER = 'job="containers",instance="containers:9117",container_name="orders-1",service="orders"';
const grows = "0+5x40";

/** What a stack with one service, its edge and its host emits. */
const series: Readonly<Record<string, string>> = {
  [`up{${SERVICE}}`]: "1x40",
  [`http_request_duration_seconds_count{${REQUEST}}`]: grows,
  [`http_request_duration_seconds_bucket{${REQUEST},le="0.5"}`]: grows,
  [`http_request_duration_seconds_bucket{${REQUEST},le="+Inf"}`]: grows,
  [`http_requests_in_flight{${SERVICE}}`]: "1x40",
  'traefik_entrypoint_requests_total{job="edge",instance="edge:8082",entrypoint="web",code="200"}': grows,
  'ALERTS{alertname="Watchdog",alertstate="firing",severity="none",service="monitoring"}': "1x40",
  [`node_cpu_seconds_total{${HOST},cpu="0",mode="idle"}`]: grows,
  [`node_cpu_seconds_total{${HOST},cpu="0",mode="user"}`]: grows,
  [`node_load1{${HOST}}`]: "1x40",
  [`node_load5{${HOST}}`]: "1x40",
  [`node_load15{${HOST}}`]: "1x40",
  [`node_memory_MemTotal_bytes{${HOST}}`]: "100x40",
  [`node_memory_MemAvailable_bytes{${HOST}}`]: "50x40",
  [`node_vmstat_pgmajfault{${HOST}}`]: grows,
  [`node_filesystem_avail_bytes{${DISK},mountpoint="/"}`]: "50x40",
  [`node_filesystem_size_bytes{${DISK},mountpoint="/"}`]: "100x40",
  [`node_filesystem_avail_bytes{${DISK},mountpoint="/etc/hosts"}`]: "50x40",
  [`node_filesystem_size_bytes{${DISK},mountpoint="/etc/hosts"}`]: "100x40",
  [`node_disk_io_time_seconds_total{${HOST},device="sda"}`]: grows,
  [`node_network_receive_bytes_total{${HOST},device="eth0"}`]: grows,
  [`node_network_transmit_bytes_total{${HOST},device="eth0"}`]: grows,
  [`node_network_receive_errs_total{${HOST},device="eth0"}`]: grows,
  [`node_network_transmit_errs_total{${HOST},device="eth0"}`]: grows,
  [`node_network_receive_drop_total{${HOST},device="eth0"}`]: grows,
  [`node_network_transmit_drop_total{${HOST},device="eth0"}`]: grows,
  [`container_start_time_seconds{${CONTAINER}}`]: "1x40",
  [`container_cpu_usage_seconds_total{${CONTAINER}}`]: grows,
  [`container_cpu_cfs_throttled_seconds_total{${CONTAINER}}`]: grows,
  [`container_memory_working_set_bytes{${CONTAINER}}`]: "60x40",
  [`container_memory_unreclaimable_bytes{${CONTAINER}}`]: "50x40",
  [`container_spec_memory_limit_bytes{${CONTAINER}}`]: "100x40",
  [`container_network_receive_bytes_total{${CONTAINER},interface="eth0"}`]: grows,
  [`container_network_transmit_bytes_total{${CONTAINER},interface="eth0"}`]: grows,
};
const chosen: Readonly<Record<string, string>> = {
  $__rate_interval: "1m",
  $job: "orders",
  $service: "orders",
  $instance: "node:9100",
};

// Its panels show what rules record.
const rules = sloRules([
  policyWith({ availability: 99, latency: { quantile: 0.95, under: "500ms" }, expectedRate: "5/s" }, ["orders"]),
]);

const queries = [...standardDashboards(), sloDashboard()].flatMap(({ uid, json }) =>
  JSON.parse(json).panels.flatMap(({ title, targets }: { title: string; targets: readonly Target[] }) =>
    targets
      .filter(({ datasource }) => datasource.uid === DATASOURCES.prometheus.uid)
      .map(({ expr }): [string, string, string] => [uid, title, expr]),
  ),
);

describe("panels show data on a stack that emits what ours does", () => {
  it.each<[string, string, string]>(queries)("%s: %s", (uid, _, query) => {
    const expr = query.replace(/\$[A-Za-z_]+/g, (name) => chosen[name] ?? name);
    checkQuery(uid === "slo" ? rules : [], { series, at: "5m", expr: `count(${expr}) > bool 0`, samples: { "{}": 1 } });
  });
});
