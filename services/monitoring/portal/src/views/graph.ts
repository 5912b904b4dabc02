import { part } from "../part.ts";
import type { Graph } from "../schemas.ts";
import type { Stack } from "../stack.ts";
import { UP } from "./measured.ts";

/** The declared graph, and which of its edges are seen to be used. */
export async function graphOf({ description, prometheus }: Stack): Promise<Graph> {
  const { services, calls, figures } = description;
  const [live, up] = await Promise.all([
    part(
      prometheus
        .now(figures.calls)
        .then((found) =>
          found.map(({ labels, value }) => ({ from: labels.client ?? "", to: labels.server ?? "", rate: value })),
        ),
    ),
    part(
      prometheus
        .now(UP)
        .then((found) => Object.fromEntries(found.map(({ labels, value }) => [labels.job ?? "", value]))),
    ),
  ]);
  return {
    services: services.map(({ name, system = "" }) => ({ name, system })),
    calls: calls.map((call) => ({ ...call })),
    live,
    up,
  };
}
