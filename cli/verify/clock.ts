/** The hosts' clocks against this machine's: a line, a span and a sample of one moment have to meet. */

import { Unanswered } from "./ask.ts";
import { type Check, type CheckKind, failed, ok } from "./check.ts";
import { api } from "./prometheus.ts";

/** Seconds that clocks may differ. */
const LIMIT = 5;

const LOOK = ["timedatectl", "docs/runbooks/HostClockSkewed.md"];

/** A check for Prometheus' host and one for the edge's: their clocks are at most 5 seconds from this machine's. */
export const clock: CheckKind = (verification) => {
  const { proof, ask, now } = verification;
  const first = proof.routes[0];
  const ofPrometheus: Check = {
    name: "clock of Prometheus",
    seconds: 10,
    look: LOOK,
    async find(signal) {
      const before = now();
      const { result } = await api<{ result: [number, string] }>(verification, "query?query=time()", signal);
      return judge(Number(result[1]) - (before + now()) / 2000);
    },
  };
  if (first === undefined) return [ofPrometheus];
  return [
    ofPrometheus,
    {
      name: "clock of the edge",
      seconds: 10,
      look: [`curl -sI '${first.url}' | grep -i ^date; date -u`, ...LOOK],
      async find(signal) {
        const before = now();
        const { headers } = await ask(first.url, { signal });
        if (typeof headers.date !== "string") throw new Unanswered("a header Date", "none");
        // It has whole seconds: on the average it is half a second behind.
        return judge((Date.parse(headers.date) + 500 - (before + now()) / 2) / 1000);
      },
    },
  ];
};

function judge(ahead: number): ReturnType<typeof ok> {
  const words = `${Math.abs(ahead).toFixed(1)} s ${ahead < 0 ? "behind" : "ahead of"} this machine's clock`;
  return Math.abs(ahead) <= LIMIT ? ok(words) : failed(`a difference of ${LIMIT} s at most`, words);
}
