/** Which drawings there are, and what each shows of a plan. */

import { deployment } from "./deployment.ts";
import type { Drawing, DrawnNode, Topic } from "./drawing.ts";
import { framesOf, nodeOf, type Person, peopleOf } from "./parts.ts";
import type { Plan } from "./plan.ts";
import { labelOf, type Way, type Workload, waysOf, workloadsOf } from "./workloads.ts";

/** The drawings of a plan: its components, where they run, and the ways of metrics, logs, traces, alerts and pages. */
export function picturesOf(plan: Plan): readonly Drawing[] {
  const workloads = workloadsOf(plan);
  const ways = waysOf(plan);
  const people = peopleOf(plan, workloads);
  const about = (topic: Topic) => [...ways.filter((way) => way.topic === topic), ...readersOf(topic, ways)];
  const picture = (name: string, title: string, shown: readonly Way[], more: Partial<Picture> = {}) =>
    drawn({ name, title: `${title}: ${plan.stack}`, workloads, ways: shown, ...more });
  return [
    picture("architecture", "Components", ways.filter(isStructure), {
      all: true,
      people: people.filter(({ topic }) => topic === "requests"),
      wordsOf: ({ verbs }) => verbs.join(", "),
      detailOf: (workload) => scrapesOf(workload, ways),
    }),
    deployment(plan, workloads, ways, people),
    picture("metrics", "Metrics", about("metrics")),
    picture("logs", "Logs", about("logs"), { files: true }),
    picture("traces", "Traces", about("traces")),
    picture("alerts", "Alerts", about("alerts")),
    picture(
      "pages",
      "Pages",
      ways.filter(({ topic }) => topic === "pages"),
      { people: people.filter(({ topic }) => topic === "pages") },
    ),
  ];
}

/** What a drawing is made of. */
interface Picture {
  readonly name: string;
  readonly title: string;
  readonly workloads: readonly Workload[];
  readonly ways: readonly Way[];
  /** Whether those without a way are shown, too. @default false */
  readonly all: boolean;
  /** Whether the log files of containers are shown where they are read. @default false */
  readonly files: boolean;
  /** Who comes from outside. @default [] */
  readonly people: readonly Person[];
  /** What stands at a way. @default - what is done, and the port */
  wordsOf(way: Way): string;
  /** The second line of a workload. @default - its image */
  detailOf(workload: Workload): string | undefined;
}

function drawn(picture: Partial<Picture> & Pick<Picture, "name" | "title" | "workloads" | "ways">): Drawing {
  const {
    name,
    title,
    workloads,
    ways,
    all = false,
    files = false,
    people = [],
    wordsOf = labelOf,
    detailOf = () => undefined,
  } = picture;
  const named = new Set([...ways.flatMap(({ from, to }) => [from, to]), ...people.map(({ to }) => to)]);
  const shown = workloads.filter((workload) => all || named.has(workload.name));
  const several = new Set(workloads.map(({ host }) => host)).size > 1;
  const known = new Set(workloads.map((workload) => workload.name));
  const outside = [...named].filter((one) => !known.has(one));
  const read = files ? filesOf(workloads, ways, several) : { nodes: [], edges: [] };
  const { groups, groupOf } = framesOf(workloads, (workload) => shown.includes(workload) || files);
  return {
    name,
    title,
    groups,
    nodes: [
      ...people.map(({ id, label }): DrawnNode => ({ id, label, shape: "outside" })),
      ...read.nodes,
      ...shown.map((workload) => nodeOf(workload, groupOf(workload), detailOf(workload))),
      ...outside.map((id): DrawnNode => ({ id, label: id, shape: "outside" })),
    ],
    edges: [
      ...people.map(({ id, to, ports, topic }) => ({ from: id, to, label: ports, topic })),
      ...read.edges,
      ...ways.filter(({ from, to }) => from !== to).map((way) => ({ ...way, label: wordsOf(way) })),
    ],
  };
}

/** The log files of a host's containers, a box for each system, and who reads them: whoever brings logs from there. */
function filesOf(
  workloads: readonly Workload[],
  ways: readonly Way[],
  several: boolean,
): Pick<Drawing, "nodes" | "edges"> {
  const agents = workloads.filter(({ name }) =>
    ways.some(({ from, verbs }) => from === name && verbs.includes("brings logs")),
  );
  const { groupOf } = framesOf(workloads, () => true);
  const read = agents.flatMap((agent) => {
    const here = Map.groupBy(
      workloads.filter(({ host }) => host === agent.host),
      ({ system }) => system,
    );
    return [...here.entries()].map(([system, those]) => ({
      agent,
      system,
      those,
      id: `files ${agent.host} ${system}`,
    }));
  });
  return {
    nodes: read.map(({ those, id }) => {
      const count = those.flatMap(({ containers }) => containers).length;
      const [first] = those;
      return {
        id,
        label: `log files of ${count} container${count === 1 ? "" : "s"}`,
        detail: several ? "Docker's own, on that host" : "Docker's own",
        shape: "files",
        ...(first === undefined ? {} : { group: groupOf(first) }),
      };
    }),
    edges: read.map(({ agent, id }) => ({ from: id, to: agent.name, label: "are read", topic: "logs" })),
  };
}

/** Whether a way belongs into the drawing of components: who is scraped, and whose pages the door shows, are too many. */
function isStructure({ verbs, topic }: Way): boolean {
  return !(topic === "metrics" && verbs.includes("scrapes")) && !verbs.includes("shows");
}

/** Who shows people what is kept of a topic. */
function readersOf(topic: Topic, ways: readonly Way[]): readonly Way[] {
  const kept = new Set(
    ways
      .filter((way) => way.topic === topic)
      .flatMap(({ from, to, verbs }) => (topic === "metrics" ? (verbs.includes("scrapes") ? [from] : []) : [to])),
  );
  return topic === "alerts"
    ? []
    : ways.filter(({ to, topic: other, verbs }) => other === "pages" && !verbs.includes("shows") && kept.has(to));
}

/** How many workloads one scrapes. */
function scrapesOf({ name }: Workload, ways: readonly Way[]): string | undefined {
  const count = ways.filter(({ from, verbs }) => from === name && verbs.includes("scrapes")).length;
  return count === 0 ? undefined : `scrapes ${count} of these`;
}
