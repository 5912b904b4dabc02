import { Counter, Gauge, type Registry } from "prom-client";
import type { Look } from "./look.ts";
import { OUTCOMES } from "./reasons.ts";

/** What is told of the looks at hosts, for whoever alerts. */
export interface HostMetrics {
  /** Takes the newest look at a host. */
  observe(look: Look): void;
}

const LABELS = ["host", "port", "tls"] as const;

/** Creates the metrics of the looks at hosts. Their labels come from the settings alone, so they stay few. */
export function createHostMetrics(registry: Registry): HostMetrics {
  const registers = [registry];
  const up = new Gauge({
    name: "host_check_up",
    help: "Whether the host was well at the last look: 1, or 0.",
    labelNames: LABELS,
    registers,
  });
  const duration = new Gauge({
    name: "host_check_duration_seconds",
    help: "Seconds that the last look at the host took.",
    labelNames: LABELS,
    registers,
  });
  const expiry = new Gauge({
    name: "host_check_certificate_expiry_timestamp_seconds",
    help: "When the host's certificate ends, in seconds since 1970: the one that it showed last.",
    labelNames: LABELS,
    registers,
  });
  const looks = new Counter({
    name: "host_checks_total",
    help: "Looks at hosts, by how they ended.",
    labelNames: ["outcome"],
    registers,
  });
  for (const outcome of OUTCOMES) looks.labels(outcome).inc(0);
  return {
    observe: ({ check, outcome }) => {
      const labels = [check.host, String(check.port), String(check.tls)] as const;
      up.labels(...labels).set(check.ok ? 1 : 0);
      duration.labels(...labels).set(check.milliseconds / 1000);
      // A host that is away still has the certificate that it had.
      const { certificateExpires: expires } = check;
      if (expires !== undefined) expiry.labels(...labels).set(Date.parse(expires) / 1000);
      looks.labels(outcome).inc();
    },
  };
}
