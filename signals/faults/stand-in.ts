import type { Version } from "../../services/rollout.ts";
import type { AnyService } from "./containers.ts";

/** A series on the page of metrics of a stand-in. */
export interface Said {
  /** Name and labels: `redis_up`, `node_filesystem_avail_bytes{device="drill"}`. */
  readonly series: string;
  /** Its number. @default 0 */
  readonly value?: number;
  /** It grows by this much a second. @default 0 */
  readonly perSecond?: number;
  /** Its number is the time so many seconds ago; below 0, the time to come. @default - it is no time */
  readonly secondsAgo?: number;
  /** So many series of that name, each with a label `n` of its own. @default 1 */
  readonly times?: number;
  /** It claims to be so many seconds old. @default - it has no time of its own */
  readonly stale?: number;
}

/** How visitors are answered. */
export interface Answers {
  /** The status. @default 200 */
  readonly status?: number;
  /** After so many seconds. @default 0 */
  readonly seconds?: number;
  /** The part of the requests that are answered so, from 0 to 1; all others with 200, at once. @default 1 */
  readonly share?: number;
}

/**
 * Something else answers in the place of a job's containers, which are stopped: with a page of metrics, and to visitors
 * with a status or late. It counts what visitors ask as services do. Where it answers visitors, it does so in the place of
 * the servers that the edge asks for that job, too: the targets of a job may be exporters.
 *
 * For what would harm the machine, such as a full disk, or can't be made, such as a defect. What it proves begins at the
 * scrape: that the program itself would say so is the matter of the metric catalogue's tests.
 */
export interface StandIn {
  readonly kind: "stand-in";
  /** The job whose targets it answers for. */
  readonly job: string | AnyService;
  /** Only the targets of this version of a rollout. @default - all of them */
  readonly version?: Version;
  /** Its metrics. @default [] */
  readonly says?: readonly Said[];
  /** How it answers visitors. @default - 200, at once */
  readonly answers?: Answers;
  /** Whether it counts what visitors ask, as services do. @default true */
  readonly counts?: boolean;
}
