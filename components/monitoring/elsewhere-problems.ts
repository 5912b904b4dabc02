import type { Problem } from "../../services/problems.ts";
import { gatewayProblems } from "./gateway-problems.ts";
import type { MonitoringStackArgs } from "./monitoring-args.ts";
import type { Watch } from "./who-watches.ts";

/** What is wrong with the other hosts of a stack: one that is named twice, a way to the monitoring that is none, a job on two. */
export function elsewhereProblems(args: MonitoringStackArgs, watches: readonly Watch[]): Problem[] {
  const { host, elsewhere = [], gatewayAddress } = args;
  if (elsewhere.length === 0) return [];
  return [
    ...(gatewayAddress === undefined
      ? [{ property: "gatewayAddress", given: undefined, allowed: ADDRESS }]
      : gatewayProblems(host, gatewayAddress, "gatewayAddress")),
    ...hostProblems(args),
    ...onTwoHosts(watches),
  ];
}

const ADDRESS = "a name or an IPv4 address that the other hosts reach the monitoring host by";

function hostProblems({ host, elsewhere = [] }: MonitoringStackArgs): Problem[] {
  const names = [host.name, ...elsewhere.map((each) => each.host.name)];
  return elsewhere.flatMap((each, index) =>
    names.indexOf(each.host.name) === index + 1
      ? []
      : [
          {
            property: `elsewhere[${index}].host`,
            given: each.host.name,
            allowed: "another host than the monitoring's, each once",
            fix: "What is on the monitoring's own host is listed in `sources`.",
          },
        ],
  );
}

/** Jobs that are on two hosts: Prometheus would take one for the other. */
function onTwoHosts(watches: readonly Watch[]): Problem[] {
  const jobs = watches.flatMap(({ own, sources }) => [...new Set([...own, ...sources])]);
  return [...new Set(jobs.filter((job, index) => jobs.indexOf(job) < index))].map((job) => ({
    property: "elsewhere",
    given: job,
    allowed: "each job once, whatever host it is on",
    fix: `Two sources are called ${JSON.stringify(job)}: rename one of them.`,
  }));
}
