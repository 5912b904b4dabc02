import { expect, test } from "vitest";
import { readHosts, serverNameOf, showHost } from "../../src/health/hosts.ts";

test("reads names, IPv4 and IPv6 addresses, with TLS and without", () => {
  const text = "redis:6379, tls://redcap.example.org:443,10.0.0.7:22 , [::1]:80, tls://[2001:db8::7]:8443,a_b.local.:1";
  const { hosts, wrong } = readHosts(text);
  expect(wrong).toEqual([]);
  expect(hosts).toEqual([
    { host: "redis", port: 6379, tls: false },
    { host: "redcap.example.org", port: 443, tls: true },
    { host: "10.0.0.7", port: 22, tls: false },
    { host: "::1", port: 80, tls: false },
    { host: "2001:db8::7", port: 8443, tls: true },
    { host: "a_b.local.", port: 1, tls: false },
  ]);
  expect(hosts.map(showHost).join(", ")).toBe(text.replaceAll(/\s*,\s*/g, ", "));
});

test.each(["", "  "])("takes %j as a list of nothing", (text) => {
  expect(readHosts(text)).toEqual({ hosts: [], wrong: [] });
});

test("takes a host by TCP and by TLS, and at two ports", () => {
  expect(readHosts("a:1,tls://a:1,a:2")).toMatchObject({ hosts: [{}, {}, {}], wrong: [] });
});

test("fails with everything that is wrong at once", () => {
  const { hosts, wrong } = readHosts("redis, a:0, b:1, http://c:80, B:1,");
  expect(hosts).toEqual([{ host: "b", port: 1, tls: false }]);
  expect(wrong).toEqual([
    "'redis' (there is no host and port)",
    "'a:0' (its port is no whole number from 1 to 65535)",
    "'http://c:80' (only tls:// may stand before a host)",
    "'B:1' (it is there twice)",
    "'' (a comma too many)",
  ]);
});

test.each([
  ["a:65536", "port"],
  ["a:-1", "port"],
  ["a:1.5", "port"],
  ["a:", "port"],
  ["a: 80", "port"],
  ["a:８０", "port"],
  [":80", "no host and port"],
  ["tls://", "no host and port"],
  ["a:1:2", "no host and port"],
  ["::1", "needs brackets"],
  ["2001:db8::7:443", "needs brackets"],
  ["[::1]", "no host and port"],
  ["[10.0.0.1]:80", "no IPv6 address"],
  ["[fe80::1%eth0]:80", "no IPv6 address"],
  ["a/b:80", "without a path"],
  ["tls://a:443/", "without a path"],
  ["a b:80", "neither a name nor an address"],
  ["user@a:80", "neither a name nor an address"],
  ["-a:80", "neither a name nor an address"],
  ["a..b:80", "neither a name nor an address"],
  ["é.example:80", "neither a name nor an address"],
  ["127.1:80", "neither a name nor an address"],
  ["2130706433:80", "neither a name nor an address"],
  ["0x7f000001:80", "neither a name nor an address"],
  ["10.0.0.256:80", "neither a name nor an address"],
  [`${"a".repeat(64)}:80`, "neither a name nor an address"],
  [`${"a.".repeat(127)}a:80`, "neither a name nor an address"],
])("fails on %s", (text, why) => {
  const { hosts, wrong } = readHosts(text);
  expect(hosts).toEqual([]);
  expect(wrong).toEqual([expect.stringContaining(why)]);
});

test("fails on more hosts than are looked at", () => {
  const list = (length: number) => Array.from({ length }, (_, index) => `host-${index}:80`).join(",");
  expect(readHosts(list(100)).wrong).toEqual([]);
  expect(readHosts(list(101)).wrong).toEqual(["101 hosts (at most 100)"]);
});

test("quotes no more of a wrong entry than finds it", () => {
  expect(readHosts("x".repeat(10_000)).wrong[0]?.length).toBeLessThan(200);
});

test.each([
  ["redcap.example.org", "redcap.example.org"],
  ["redcap.example.org.", "redcap.example.org"],
  ["10.0.0.7", undefined],
  ["::1", undefined],
])("the server %s is told that it is asked for %s", (host, name) => {
  expect(serverNameOf(host)).toBe(name);
});
