/** Nothing is full that fills up: neither the hosts' disks nor what has a limit of its own, by its own declaration. */

import type { Fill } from "../../signals/fills/fill.ts";
import { type Check, type CheckKind, failed, listed, ok, type Verification, warning } from "./check.ts";
import { query, queryCommand, type Sample } from "./prometheus.ts";

/** A check for all of one name: they are looked at together. */
export const stores: CheckKind = (verification) => {
  const fills = verification.proof.fills ?? [];
  const names = [...new Set(fills.map(({ what }) => what))];
  return names.map((name) =>
    checkOf(
      name,
      fills.filter(({ what }) => what === name),
      verification,
    ),
  );
};

function checkOf(name: string, fills: readonly Fill[], verification: Verification): Check {
  const [first] = fills;
  return {
    name,
    seconds: 2 * verification.proof.scrapeSeconds + 10,
    look: [
      ...fills.map(({ used }) => queryCommand(verification, used)),
      ...new Set(fills.map(({ alert }) => `docs/runbooks/${alert}.md`)),
    ],
    ...(first === undefined ? {} : { program: first.job }),
    async find(signal) {
      const asked = fills.map(async (fill) => ({ fill, used: await query(verification, fill.used, signal) }));
      return findingOf(name, await Promise.all(asked));
    },
  };
}

interface Answered {
  readonly fill: Fill;
  readonly used: readonly Sample[];
}

function findingOf(name: string, answered: readonly Answered[]) {
  const unknown = answered.filter(({ used }) => used.length === 0).map(({ fill }) => fill.job);
  if (unknown.length > 0) {
    const whose = answered.length === 1 ? "" : ` of ${listed(unknown)}`;
    return failed(`how much of ${name} is used`, `Prometheus has no such series${whose}`, unknown[0]);
  }
  const over = (limitOf: (fill: Fill) => number | undefined) =>
    answered.flatMap(({ fill, used }) => {
      const limit = limitOf(fill);
      const beyond = limit === undefined ? [] : used.filter(({ value }) => value >= limit);
      return beyond.map(({ labels, value }) => ({ fill, text: `${labels[fill.label]} ${percent(value)}` }));
    });
  const [full, ...others] = over(({ failure }) => failure);
  if (full !== undefined) {
    const texts = listed([full, ...others].map(({ text }) => text));
    return failed(`less than ${percent(full.fill.failure ?? 1)} used`, texts, full.fill.job);
  }
  const nearly = over((fill) => fill.warning);
  if (nearly.length > 0) return warning(listed(nearly.map(({ text }) => text)));
  return ok(`${percent(Math.max(...answered.flatMap(({ used }) => used.map(({ value }) => value))))} used at most`);
}

const percent = (share: number): string => `${Math.round(share * 100)}%`;
