import { createHash, randomBytes } from "node:crypto";
import { type Redis, ReplyError } from "ioredis";
import { Counter, type Registry } from "prom-client";
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { getLogger } from "../../../telemetry/node/index.ts";
import { type User, userSchema } from "../between/contract.ts";
import { jsonOf } from "./json.ts";

const log = getLogger("gateway.sessions");

/** Settings of {@link redisSessions}. */
export interface SessionOptions {
  /** Milliseconds after which a session that isn't used ends. */
  readonly idleMs: number;
  /** Milliseconds of use after which a session gets another id. @default 15 minutes */
  readonly rotateMs?: number;
  /** Milliseconds for which the id before still holds once the next was used, for requests under way. @default 30 seconds */
  readonly graceMs?: number;
  /** Where its counter goes. */
  readonly registry: Registry;
}

/** Who is signed in. All methods throw {@link SessionsAway} within a second where Redis does not answer. */
export interface Sessions {
  /** Begins a session; the answer is its id, which only the browser keeps. */
  begin(user: User): Promise<string>;
  /** The session with an id, which is in use by that; undefined where it has ended, or never was. */
  find(id: string): Promise<Session | undefined>;
  /** The next id of a session that has had this one for long; undefined where it keeps it. */
  rotate(session: Session): Promise<string | undefined>;
  /** Ends a session by its id, and by the ids before and after it. The answer is whose it was, if it was one. */
  end(id: string): Promise<User | undefined>;
  /** A sign of life. */
  check(): Promise<void>;
}

/** A session in use. */
export interface Session {
  /** Whose it is. */
  readonly user: User;
  /** The name of its record in Redis: nobody can make the id of it. */
  readonly digest: string;
  /** What is kept of it. */
  readonly kept: Kept;
}

/** Redis gave no answer, so nobody can be recognised. */
export class SessionsAway extends Error {
  override readonly name = "SessionsAway";
}

const keptSchema = Type.Object({
  user: userSchema,
  /** When it got this id, in milliseconds since 1970. */
  issued: Type.Number(),
  /** When it ends, however much it is used; in the same. */
  ends: Type.Number(),
  /** Digests of the ids before and after this one: what ends one of them ends all. */
  previous: Type.Optional(Type.String()),
  next: Type.Optional(Type.String()),
  /** Whether it has been used: from then on the id before ends. */
  used: Type.Optional(Type.Boolean()),
  /** Whether the next one has been used: it gets no other. */
  leaving: Type.Optional(Type.Boolean()),
});
type Kept = Static<typeof keptSchema>;
const keptForm = Compile(keptSchema);

const ID = /^[A-Za-z0-9_-]{43}$/;
const LONGEST_MS = 24 * 3600 * 1000;
const EVENTS = ["started", "rotated", "ended", "unknown"] as const;

/** Sessions in Redis, found by the SHA-256 of their ids: who reads the database can't be anybody by it. */
export function redisSessions(redis: Redis, options: SessionOptions): Sessions {
  const { idleMs, rotateMs = 15 * 60 * 1000, graceMs = 30_000, registry } = options;
  const events = newCounter(registry);
  const keep = (digest: string, kept: Kept) => redis.set(keyOf(digest), JSON.stringify(kept), "PX", idleMs);
  // Only where it is still there: a session that was ended meanwhile must not come back.
  const change = (digest: string, kept: Kept, ms: number) =>
    redis.set(keyOf(digest), JSON.stringify(kept), "PX", ms, "XX");

  // The answer that gives the next id may be lost, so the id before holds until a request comes with the next one.
  const used = async (digest: string, kept: Kept): Promise<Kept> => {
    const { previous } = kept;
    if (previous === undefined || kept.used === true) return kept;
    const before = keptIn(await redis.get(keyOf(previous)));
    if (before !== undefined) {
      const ends = Math.min(before.ends, Date.now() + graceMs);
      await change(previous, { ...before, next: digest, ends, leaving: true }, graceMs);
    }
    const now: Kept = { ...kept, used: true };
    await change(digest, now, idleMs);
    return now;
  };

  return {
    begin: (user) =>
      told(async () => {
        const id = newId();
        const issued = Date.now();
        await keep(digestOf(id), { user, issued, ends: issued + LONGEST_MS });
        events("started");
        return id;
      }),

    find: (id) =>
      told(async () => {
        const digest = digestOf(id);
        const kept = ID.test(id) ? keptIn(await redis.getex(keyOf(digest), "PX", idleMs)) : undefined;
        // The record says when it ends, too: a request may have given an id before a longer life, while it was replaced.
        if (kept === undefined || kept.ends <= Date.now()) {
          events("unknown");
          return undefined;
        }
        return { user: kept.user, digest, kept: await used(digest, kept) };
      }),

    rotate: ({ digest, kept }) =>
      told(async () => {
        const now = Date.now();
        if (kept.leaving === true || now - kept.issued < rotateMs) return undefined;
        // One of the requests that come together does it.
        const claim = await redis.set(`rotating:${digest}`, "1", "PX", 2 * graceMs, "NX");
        if (claim !== "OK") return undefined;
        const id = newId();
        const next = digestOf(id);
        await keep(next, { user: kept.user, issued: now, ends: kept.ends, previous: digest });
        // It has as long again to hear of its next id, and then gets another.
        if ((await change(digest, { ...kept, issued: now, next }, idleMs)) !== "OK") {
          await redis.del(keyOf(next));
          return undefined;
        }
        // One that was given before, and that nobody has used: its answer was lost.
        if (kept.next !== undefined) await redis.del(keyOf(kept.next));
        events("rotated");
        return id;
      }),

    end: (id) =>
      told(async () => {
        if (!ID.test(id)) return undefined;
        const kept = keptIn(await redis.getdel(keyOf(digestOf(id))));
        if (kept === undefined) return undefined;
        const others = [kept.previous, kept.next].filter((digest) => digest !== undefined);
        if (others.length > 0) await redis.del(...others.map(keyOf));
        events("ended");
        return kept.user;
      }),

    check: () =>
      told(async () => {
        await redis.ping();
      }),
  };
}

function newCounter(registry: Registry): (event: (typeof EVENTS)[number]) => void {
  const counter = new Counter({
    name: "gateway_sessions_total",
    help: "Sessions by what became of them; unknown: asked for with an id that has ended or never was.",
    labelNames: ["event"],
    registers: [registry],
  });
  for (const event of EVENTS) counter.labels(event).inc(0);
  return (event) => counter.labels(event).inc();
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // That Redis is away is told by its client. What it refuses is a matter of its settings.
    if (error instanceof ReplyError) log.warning("Redis refuses to keep sessions", { error });
    throw new SessionsAway("Redis does not answer", { cause: error });
  }
}

// A record of another version of this service is none.
function keptIn(text: string | null): Kept | undefined {
  const value = text === null ? undefined : jsonOf(text);
  return keptForm.Check(value) ? value : undefined;
}

function newId(): string {
  return randomBytes(32).toString("base64url");
}

function digestOf(id: string): string {
  return createHash("sha256").update(id).digest("hex");
}

function keyOf(digest: string): string {
  return `session:${digest}`;
}
