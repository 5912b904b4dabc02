/** Shows that a backup comes back: into stores that are thrown away, and what is in them then is compared. */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BackupSource } from "../../config/backup.ts";
import type { ContainerEngine } from "../containers/engine.ts";
import type { Listed } from "../containers/found.ts";
import { ENDING } from "../drill/session.ts";
import type { Beside } from "./beside.ts";
import { type BringBackArgs, bringBackPairs, type Pair, refuseStrangers } from "./bring-back.ts";
import { kindOf } from "./index.ts";
import type { SavedPart } from "./manifest.ts";
import { mysqlProof } from "./mysql-proof.ts";
import { postgresProof } from "./postgres-proof.ts";
import type { ProofKind } from "./proof-kind.ts";
import { linesOf, opened, told } from "./stream.ts";
import { volumeProof } from "./volume-proof.ts";

const kinds: { readonly [Kind in BackupSource["kind"]]: ProofKind<Extract<BackupSource, { kind: Kind }>> } = {
  postgres: postgresProof,
  mysql: mysqlProof,
  volume: volumeProof,
};

/** What is proven. */
export interface ProveArgs extends BringBackArgs {
  /** The stack, `<project>/<stack>`: what is left of an earlier try of it is removed first. */
  readonly stack: string;
}

/** One part that came back as it was kept. */
export interface Proven {
  /** `postgres postgres, catalog`. */
  readonly part: string;
  /** Rows of each table, or files, by name. */
  readonly counts: ReadonlyMap<string, number>;
}

const LABEL = "vigie.prove";

/** How often what is left is removed, from a signal on until what was under way has failed. */
const SWEEP_MILLISECONDS = 200;

/**
 * Brings a backup back into stores of the same images, which nothing reaches and which are removed whatever happens, and
 * compares: each is written out again, and that must be what was kept, line by line; so must its settings and rights.
 *
 * @throws Error with every part that does not come back, or comes back as something else
 */
export async function prove(args: ProveArgs): Promise<readonly Proven[]> {
  const { engine, stack } = args;
  const pairs = await refuseStrangers(args);
  const abort = new AbortController();
  let sweeping: Promise<void> | undefined;
  const cut = (name: NodeJS.Signals) => {
    abort.abort(new Error(`The proof was cut off by ${name}: what it had made is removed.`));
    sweeping ??= sweep();
  };
  let over = false;
  // A step that is under way fails without its container; one that is being made now is there a moment later.
  const sweep = async () => {
    while (!over) {
      await removeScratch(engine, stack).catch(() => undefined);
      await sleep(SWEEP_MILLISECONDS);
    }
  };
  for (const signal of ENDING) process.on(signal, cut);
  try {
    await removeScratch(engine, stack);
    const proven: Proven[] = [];
    for (const [index, pair] of pairs.entries()) proven.push(...(await provePair(args, pair, index, abort.signal)));
    return proven;
  } catch (error) {
    // What fails then, fails since its container is gone.
    abort.signal.throwIfAborted();
    throw error;
  } finally {
    over = true;
    await sweeping;
    await removeScratch(engine, stack);
    for (const signal of ENDING) process.off(signal, cut);
  }
}

async function provePair(
  args: ProveArgs,
  { saved, source }: Pair,
  index: number,
  signal: AbortSignal,
): Promise<readonly Proven[]> {
  const { engine, stack, said = () => undefined } = args;
  const kind = kinds[source.kind] as ProofKind;
  const name = `${scratchName(stack)}-${index}`;
  signal.throwIfAborted();
  const scratch = await kind.scratch(engine, source, { name, labels: { [LABEL]: stack } });
  signal.throwIfAborted();
  await bringBackPairs(args, [{ saved, source: scratch }]);
  const proven: Proven[] = [];
  for (const part of saved.parts) {
    signal.throwIfAborted();
    const what = `${saved.kind} ${saved.name}, ${part.name}`;
    await compare(args, kind, scratch, part, what);
    const counts = await kind.count(engine, scratch, part.name);
    const rows = [...counts.values()].reduce((sum, count) => sum + count, 0);
    said(
      saved.kind === "volume"
        ? `${what}: ${rows} files, as kept`
        : `${what}: ${counts.size} tables, ${rows} rows, as kept`,
    );
    proven.push({ part: what, counts });
  }
  signal.throwIfAborted();
  return proven;
}

async function compare(
  args: ProveArgs,
  kind: ProofKind,
  scratch: BackupSource,
  part: SavedPart,
  what: string,
): Promise<void> {
  const read = () => opened(join(args.directory, part.file), args.open);
  const kept = await digest(kind, linesOf(args.engine, kind.kept(scratch), await read(), what));
  const back = await digest(kind, linesOf(args.engine, kind.text(scratch, part.name, part.beside), undefined, what));
  const beside = await kindOf(scratch).look(args.engine, scratch, part.name);
  const differs = [
    ...(kept.hash === back.hash ? [] : [`its data (${kept.lines} lines kept, ${back.lines} came back)`]),
    ...(["made", "settings", "grants"] as const).filter(
      (key) => besideText(beside, key) !== besideText(part.beside, key),
    ),
  ];
  if (differs.length > 0) throw new Error(`${what}: it does not come back as it was kept: ${differs.join(", ")}.`);
}

function besideText(beside: Beside, key: "made" | "settings" | "grants"): string {
  const value = beside[key];
  const entries = Array.isArray(value) ? value.map((each) => JSON.stringify(each)) : Object.entries(value).map(String);
  return entries.toSorted().join("\n");
}

async function digest(
  { noise, sorted }: ProofKind,
  lines: AsyncIterable<string>,
): Promise<{ readonly hash: string; readonly lines: number }> {
  const hash = createHash("sha256");
  const held: string[] = [];
  let count = 0;
  for await (const line of lines) {
    if (noise.test(line)) continue;
    count++;
    if (sorted) held.push(line);
    else hash.update(`${line}\n`, "latin1");
  }
  for (const line of held.toSorted()) hash.update(`${line}\n`, "latin1");
  return { hash: hash.digest("hex"), lines: count };
}

const idsOf = (listed: readonly Listed[]): readonly string[] => listed.map(({ id }) => id);

function scratchName(stack: string): string {
  return `vigie-prove-${stack.replaceAll(/[^\w.-]/g, "-")}`;
}

/** Removes what tries of a stack have left, this one or one that was killed. */
async function removeScratch(engine: ContainerEngine, stack: string): Promise<void> {
  const what = `what proofs of ${stack} have left`;
  const marked = async () => idsOf(await told(what, engine.list({ label: [LABEL, stack], stopped: true })));
  // By their names: a container that is started for a volume which is gone makes it again, without a mark.
  const volumesOf = async () => {
    const named = scratchName(stack);
    const found = await told(what, engine.volumes.named(`${named}-`));
    return found.filter((name) => name.startsWith(`${named}-`) && /^\d+$/.test(name.slice(named.length + 1)));
  };
  const volumes = await volumesOf();
  // Who reads or writes a scratch volume has no mark of its own, and keeps the volume from going.
  const users = volumes.map(async (volume) => idsOf(await told(what, engine.list({ volume, stopped: true }))));
  const containers = [...new Set((await Promise.all([marked(), ...users])).flat())];
  // One may end by itself meanwhile: what is left then is said by the last questions, and by those alone.
  if (containers.length > 0) await engine.remove(containers).catch(() => undefined);
  if (volumes.length > 0) await engine.volumes.remove(volumes).catch(() => undefined);
  const left = [...(await marked()), ...(await volumesOf())];
  if (left.length === 0) return;
  throw new Error(`${what} does not go: ${left.join(", ")}. Remove it with \`docker rm\` and \`docker volume rm\`.`);
}
