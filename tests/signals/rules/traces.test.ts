import { describe, expect, it } from "vitest";
import { traceRules } from "../../../signals/rules/traces.ts";
import { checkLimit, checkRules, type LimitCase } from "../promtool.ts";

const groups = [traceRules()];

const collector = (name: string, labels: string) => `otelcol_${name}{job="collector",instance="c:8888",${labels}}`;
const queue = (size: number) => ({
  [collector("exporter_queue_size", 'exporter="otlp_grpc",data_type="traces"')]: `${size}x60`,
  [collector("exporter_queue_capacity", 'exporter="otlp_grpc",data_type="traces"')]: "2000x60",
  // That of the logs is another alert's.
  [collector("exporter_queue_size", 'exporter="otlp_http",data_type="logs"')]: "10000x60",
  [collector("exporter_queue_capacity", 'exporter="otlp_http",data_type="logs"')]: "10000x60",
});
const failed = (how: string) => collector(`exporter_${how}_failed_spans_total`, 'exporter="otlp_grpc"');
const refused = collector("receiver_refused_spans_total", 'receiver="otlp"');
const lost = {
  labels: { severity: "warning", service: "collector", job: "collector", exporter: "otlp_grpc" },
  summary: "collector lost 20 spans on their way to otlp_grpc",
};

const cases: readonly Omit<LimitCase, "groups">[] = [
  {
    alert: "SpansDelayed",
    at: "12m",
    above: queue(1020),
    below: queue(1000),
    fires: {
      labels: { severity: "warning", service: "collector", job: "collector" },
      summary: "Traces wait to be delivered: 51% of the queue is full",
    },
  },
  {
    alert: "SpansLost",
    at: "12m",
    above: { [failed("send")]: "0+1x60" },
    below: { [failed("send")]: "7x60" },
    fires: lost,
  },
  {
    alert: "SpansLost",
    at: "12m",
    above: { [failed("enqueue")]: "0+1x60" },
    below: { [failed("enqueue")]: "7x60" },
    fires: lost,
  },
  {
    alert: "SpansLost",
    at: "12m",
    above: { 'tempo_discarded_spans_total{job="tempo",instance="t:3200",reason="x"}': "0+1x60" },
    below: { 'tempo_discarded_spans_total{job="tempo",instance="t:3200",reason="x"}': "7x60" },
    fires: {
      labels: { severity: "warning", service: "tempo", job: "tempo", exporter: "its disk" },
      summary: "tempo lost 20 spans on their way to its disk",
    },
  },
  {
    alert: "SpansRefused",
    at: "12m",
    above: { 'tempo_receiver_refused_spans{job="tempo",instance="t:3200",receiver="otlp"}': "0+1x60" },
    below: { 'tempo_receiver_refused_spans{job="tempo",instance="t:3200",receiver="otlp"}': "7x60" },
    fires: {
      labels: { severity: "warning", service: "tempo", job: "tempo", receiver: "otlp" },
      summary: "tempo refused 20 spans",
    },
  },
  {
    alert: "SpansRefused",
    at: "12m",
    above: { [refused]: "0+1x60" },
    below: { [refused]: "7x60" },
    fires: {
      labels: { severity: "warning", service: "collector", job: "collector", receiver: "otlp" },
      summary: "collector refused 20 spans",
    },
  },
];

describe("traceRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("3 rules found");
  });

  it.each(cases)("let $alert fire above its limit, silent just below and without data", (given) => {
    checkLimit({ ...given, groups });
  });
});
