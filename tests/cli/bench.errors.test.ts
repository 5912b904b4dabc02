import { expect, test } from "vitest";
import { benchArguments } from "../../cli/bench.ts";

test("fails with the benchmarks that there are", () => {
  expect(() => benchArguments(["cold"])).toThrow(
    'there is no benchmark "cold": give one of noop-up, cold-up, change-one, repeat-up, memory, requests, gateway, series, panel-queries, setup, ssh-noop, alert-latency, log-latency, log-loss, log-daemon, trace-latency, portal-view, first-up.',
  );
});

test("fails with a number that is none", () => {
  expect(() => benchArguments(["--pairs", "0"])).toThrow('"0" is no number for --pairs');
  expect(() => benchArguments(["memory", "--minutes"])).toThrow('"" is no number for --minutes');
});
