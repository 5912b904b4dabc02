import { type Fill, USUAL_LIMITS } from "./fill.ts";

/**
 * The memory of a Redis, where it has a limit.
 *
 * @param job of redis_exporter: the data store's name
 */
export function redisFills(job: string): readonly Fill[] {
  const of = `{job=${JSON.stringify(job)}}`;
  return [
    {
      ...USUAL_LIMITS,
      what: "memory of Redis",
      job,
      used: `redis_memory_used_bytes${of} / (redis_memory_max_bytes${of} > 0)`,
      label: "job",
      alert: "RedisRefusesWrites",
    },
  ];
}
