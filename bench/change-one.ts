/** A new release of one service: `pulumi up` beside `docker compose up --wait` with the same new image. */

import { rmSync } from "node:fs";
import { programName } from "../cli/compose/resources.ts";
import { ProgramCopy } from "../tests/e2e/copy.ts";
import { type Compose, openCompose } from "./compose.ts";
import { type BenchContext, type BenchResult, compare, resultOf, sayPair, secondsOf } from "./context.ts";
import { runPairs } from "./pairs.ts";
import { type ContainerIds, containerIds, countReplaced, stackResources, stackUp } from "./stack.ts";

/** The ratio that the stack must not exceed. */
export const CHANGE_ONE_MARK = 1.4;

const PAGE = "services/storefront/frontend/site/index.html";

/**
 * Measures, prints the table and gives the result. A page of the storefront changes to and fro in a copy of the program;
 * both of its images are built beforehand, so that what is measured is the release and not the build. Both sides run at
 * the same time. The stack is as the repository has it at the end.
 *
 * @throws Error with the words of Pulumi or Compose when one of the runs fails.
 */
export async function benchChangeOne(context: BenchContext): Promise<BenchResult> {
  const copy = new ProgramCopy();
  const toggle = switchOf(
    () => copy.restore(PAGE),
    () => copy.edit(PAGE, "</body>", "<!-- another release --></body>"),
  );
  const up = () => stackUp(context, [], copy.directory);
  const before = await frontendOf(context);
  let compose: Compose | undefined;
  try {
    toggle();
    await up();
    const after = await frontendOf(context);
    toggle();
    await up();
    compose = await openCompose(context, await stackResources(context));
    const { ids, use, up: composeUp } = compose;
    const composeToggle = switchOf(
      () => use({}),
      () => use({ [after.name]: after.image }),
    );
    context.write(`warming up: ${before.image} and ${after.image}, and Compose's containers\n`);
    await composeUp();
    const counts: Record<"stack" | "compose", number[]> = { stack: [], compose: [] };
    const subject = counted(() => containerIds(context, `vigie.stack=${context.label}`), counts.stack, toggle, up);
    const anchor = counted(ids, counts.compose, composeToggle, composeUp);
    const runs = await runPairs(context.pairs, subject, anchor, sayPair(context));
    const names = { subject: `new frontend in ${context.stack}`, anchor: "docker compose up --wait" };
    const comparison = compare(names, CHANGE_ONE_MARK, runs, context.write);
    context.write(
      `containers replaced, each time: ${counts.stack.join(" ")}; by Compose: ${counts.compose.join(" ")}\n`,
    );
    return resultOf({
      name: "change-one",
      comparisons: [comparison],
      facts: { replaced: counts.stack, replacedByCompose: counts.compose },
      met: comparison.met && counts.stack.every((count) => count === 1),
    });
  } finally {
    await compose?.close();
    rmSync(copy.directory, { recursive: true, force: true });
    await stackUp(context);
  }
}

async function frontendOf(context: BenchContext): Promise<{ readonly name: string; readonly image: string }> {
  const frontend = (await stackResources(context)).find((resource) => programName(resource) === "frontend-container");
  if (frontend === undefined) throw new Error("the stack has no frontend: add storefront to vigie:systems.");
  return { name: String(frontend.inputs.name), image: String(frontend.inputs.image) };
}

/** Changes to and fro, from the first state on. */
function switchOf(first: () => void, second: () => void): () => void {
  let changed = false;
  return () => {
    changed = !changed;
    (changed ? second : first)();
  };
}

/** A run that is timed, and whose replaced containers are counted. */
function counted(
  ids: () => Promise<ContainerIds>,
  counts: number[],
  prepare: () => void,
  work: () => Promise<unknown>,
): () => Promise<number> {
  return async () => {
    prepare();
    const before = await ids();
    const seconds = await secondsOf(work);
    counts.push(countReplaced(before, await ids()));
    return seconds;
  };
}
