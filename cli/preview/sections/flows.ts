import type { Flow } from "../../../services/flow.ts";
import type { Inputs } from "../plan.ts";
import type { Finding, Section } from "../section.ts";

/** What may talk to what. */
export const flows: Section = {
  name: "flows",
  title: "Flows",
  nothing: "The same programs may talk to each other.",
  find: ({ oldOutputs, newOutputs }) => {
    const [old, now] = [flowsIn(oldOutputs), flowsIn(newOutputs)];
    return [
      ...differing(now, old).map((flow) => findingOf("opened", flow)),
      ...differing(old, now).map((flow) => findingOf("closed", flow)),
    ];
  },
};

const flowsIn = ({ flows: given }: Inputs): readonly Flow[] => (Array.isArray(given) ? (given as readonly Flow[]) : []);

function differing(some: readonly Flow[], others: readonly Flow[]): readonly Flow[] {
  const known = new Set(others.map(keyOf));
  return some.filter((flow) => !known.has(keyOf(flow)));
}

const keyOf = ({ from, to, port }: Flow): string => [from, to, port].join(" ");

const findingOf = (change: string, { from, to, port, why }: Flow): Finding => ({
  change,
  subject: `${from} → ${to}:${port}`,
  text: why,
});
