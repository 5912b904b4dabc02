/** Who calls whom: what was declared, against what the traces show. */

import { type CheckKind, failed, listed, missing, ok, warning } from "./check.ts";
import { query, queryCommand } from "./prometheus.ts";

const REQUESTS = "traces_service_graph_request_total";
const GRAPH = `sum by (client, server) (${REQUESTS})`;

/** Those that went on a moment ago: what a change has ended is counted for a while, and is nobody's fault. */
const lately = (seconds: number) => `sum by (client, server) (increase(${REQUESTS}[${seconds}s])) > 0`;

/** From this many calls on, a call that nobody declared is no accident. */
const ENOUGH = 20;

/** Who calls the edge is nobody's to declare. */
const VISITOR = "user";

/** One check: the traces show the calls that were declared and no others; none where nothing is traced. */
export const calls: CheckKind = (verification) => {
  const { proof } = verification;
  if (proof.traced.length === 0) return [];
  const known = [...proof.traced, ...proof.calls.map(({ to }) => to), ...Object.keys(proof.jobs)];
  const declared = proof.calls.map(({ from, to }) => `${from} → ${to}`);
  // Only who makes spans can be seen to call.
  const visible = proof.calls
    .filter(({ from }) => proof.traced.includes(from))
    .map(({ from, to }) => `${from} → ${to}`);
  const callOf = ({ client = "", server = "" }: Readonly<Record<string, string>>) =>
    `${programOf(client, proof.prefix, known)} → ${programOf(server, proof.prefix, known)}`;
  return [
    {
      name: "calls",
      seconds: 2 * proof.scrapeSeconds + 15,
      look: [queryCommand(verification, GRAPH), "`uses` of the service in the program"],
      async find(signal) {
        const seen = new Map<string, number>();
        for (const { labels, value } of await query(verification, GRAPH, signal)) {
          if (labels.client === VISITOR) continue;
          const call = callOf(labels);
          seen.set(call, (seen.get(call) ?? 0) + value);
        }
        const undeclared = missing([...seen.keys()], declared);
        const many = undeclared.filter((call) => (seen.get(call) ?? 0) >= ENOUGH);
        const goingOn = many.length === 0 ? [] : await query(verification, lately(2 * proof.scrapeSeconds + 5), signal);
        const often = many.filter((call) => goingOn.some(({ labels }) => callOf(labels) === call));
        if (often.length > 0) {
          const counted = often.map((call) => `${call} (${seen.get(call)} times)`);
          return failed(
            `no calls but those that \`uses\` and routes declare`,
            listed(counted),
            often[0]?.split(" ")[0],
          );
        }
        const unseen = missing(visible, [...seen.keys()]);
        const words = [
          ...(undeclared.length === 0 ? [] : [`seen and not declared: ${listed(undeclared)}`]),
          ...(unseen.length === 0 ? [] : [`declared and not seen in the last minutes: ${listed(unseen)}`]),
        ];
        return words.length === 0
          ? ok(`${visible.length} of ${visible.length} declared calls seen, and no other`)
          : warning(words.join("; "), true);
      },
    },
  ];
};

/** The program behind the name of a span's peer: a replica is its service, of either version, a container its program. */
function programOf(name: string, prefix: string, known: readonly string[]): string {
  const short = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  if (known.includes(short)) return short;
  const replicated = short.replace(/-\d+$/, "");
  return known.includes(replicated) ? replicated : replicated.replace(/-candidate$/, "");
}
