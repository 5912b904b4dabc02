import { expect, test } from "vitest";
import { isLoopback } from "../../services/loopback.ts";

test.each([
  ["localhost", true],
  ["LOCALHOST", true],
  ["127.0.0.1", true],
  ["127.8.0.255", true],
  ["[::1]", true],
  ["::1", true],
  ["0.0.0.0", false],
  ["128.0.0.1", false],
  ["127.0.0.1.example.org", false],
  ["127.example.org", false],
  ["localhost.example.org", false],
  ["blog.localhost", false],
  ["[::10]", false],
  ["", false],
])("%j is reached from its own machine alone: %s", (host, own) => {
  expect(isLoopback(host)).toBe(own);
});
