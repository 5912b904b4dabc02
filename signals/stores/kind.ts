import type { ImageContract } from "../../services/image-contract.ts";
import type { ImageRecipe } from "../../services/image-recipe.ts";
import type { Fill } from "../fills/fill.ts";
import type { Metric } from "../metrics/metric.ts";
import type { JobPackArgs } from "../pack.ts";
import type { RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";

/** An image of a kind of store: what its containers rely on, and how it is made where no registry can be reached. */
export interface StoreImage {
  /** Registry, repository and tag, always with the registry's host. */
  readonly reference: string;
  /** `uid:gid` that our containers run as. */
  readonly user: string;
  /**
   * False where no system of this repository has such a store: `npm run up` does not bring it. Where only one has, its
   * name.
   *
   * @default true
   */
  readonly deployed?: boolean | { readonly system: string };
  /** What our containers rely on. */
  readonly contract: ImageContract;
  /** How `offline/` makes it. */
  readonly recipe: ImageRecipe;
}

/** What the rules of every kind of store are made from. */
export interface StoreRulesArgs extends JobPackArgs {
  /** A service that writes to it for its visitors. @default - none is known */
  readonly writer?: string;
}

/**
 * A kind of data store, as data. The catalogue of metrics, the budgets of series, the thresholds, the dashboards that
 * alerts point to, the images with their recipes, the kinds of backups and the lists of the tests are made from the kinds
 * that `kinds.ts` lists.
 *
 * Its page is `dashboards/<name>.ts`, and what makes it run is its component, `components/stores/<name>.ts`.
 */
export interface StoreKind {
  /** Its name: the source of its metrics, the uid of its page, and the end of its groups' names. */
  readonly name: string;
  /** What we use of its exporter, by name. */
  readonly metrics: Readonly<Record<string, Metric>>;
  /** Series that one of it may have of these: several times what it has, so that one more database is no event. */
  readonly seriesBudget: number;
  /** Beyond what its alerts fire. */
  readonly thresholds: ThresholdTable;
  /** Its alerts, each with its drill. */
  readonly rules: (args: StoreRulesArgs) => RuleGroup;
  /** What of one of it fills up, by its name. @default - nothing: it makes room itself, or has no limit of its own */
  readonly fills?: (job: string) => readonly Fill[];
  /** Whether `cli/backup/<name>.ts` dumps it; else what it keeps are files of a volume, or nothing. @default false */
  readonly dumped?: boolean;
  /** Its images, by the name that configuration and code use: that of the store, and that of its exporter. */
  readonly images: Readonly<Record<string, StoreImage>>;
}
