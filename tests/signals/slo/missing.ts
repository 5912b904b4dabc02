/** What `SloMetricMissing` says of an objective of a service, by the part of the histogram that is away. */
export const missingOf = (service: string, histogram: string) => (slo: string, part: string) => ({
  labels: { severity: "warning", service, job: service, slo },
  summary: `The ${slo} of ${service} is not measured`,
  description:
    `Prometheus has no ${histogram}_${part} of ${service} that its objective of ${slo} needs. ` +
    "Until it is back, nobody would hear of a burnt error budget.",
});
