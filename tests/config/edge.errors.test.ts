import { describe, expect, it } from "vitest";
import { callerProblems } from "../../config/edge-callers.ts";
import { type EdgeLimits, limitProblems } from "../../config/edge-limits.ts";
import { addressesWrong, edgeLimitsWrong } from "../../config/edge-settings.ts";

describe("limits of an edge", () => {
  it.each<[string, object]>([
    ["none", {}],
    ["a rate alone, below the usual burst", { requestsPerSecond: 1 }],
    ["as many at once as a second", { requestsPerSecond: 50, burst: 50 }],
    ["one at a time", { inFlight: 1 }],
    ["times in other units", { requestTime: "2m", idleTime: "1s" }],
  ])("take %s", (_, limits) => {
    expect(limitProblems(limits)).toEqual([]);
    expect(edgeLimitsWrong(limits)).toBeUndefined();
  });

  it.each<[string, object, string, RegExp]>([
    ["a rate of nothing", { requestsPerSecond: 0 }, "limits.requestsPerSecond", /whole number from 1/],
    ["half a request", { inFlight: 1.5 }, "limits.inFlight", /whole number from 1/],
    ["a number in words", { inFlight: "10" }, "limits.inFlight", /whole number from 1/],
    ["a burst below the rate", { requestsPerSecond: 50, burst: 49 }, "limits.burst", /at least .* 50/],
    ["a rate above the usual burst", { requestsPerSecond: 500 }, "limits.burst", /at least .* 500/],
    ["no time to ask", { requestTime: "0s" }, "limits.requestTime", /at least a second/],
    ["a time that is none", { idleTime: "1.5m" }, "limits.idleTime", /duration/],
    [
      "a limit that there is not",
      { requestsPerMinute: 5 },
      "limits.requestsPerMinute",
      /one of requestsPerSecond, burst/,
    ],
  ])("fail with %s", (_, limits, property, allowed) => {
    expect(limitProblems(limits as EdgeLimits)).toEqual([
      expect.objectContaining({ property, allowed: expect.stringMatching(allowed) }),
    ]);
    expect(edgeLimitsWrong(limits)).toMatch(allowed);
    expect({ problems: limitProblems(limits as EdgeLimits), words: edgeLimitsWrong(limits) }).toMatchSnapshot();
  });

  it("fail with everything at once", () => {
    const wrong = { requestsPerSecond: -1, inFlight: 0, idleTime: "soon" } as unknown as EdgeLimits;
    expect(limitProblems(wrong).map(({ property }) => property)).toEqual([
      "limits.requestsPerSecond",
      "limits.inFlight",
      "limits.idleTime",
    ]);
  });

  it("fail with what is no object", () => {
    expect(edgeLimitsWrong(undefined)).toContain("an object of limit to value");
  });
});

describe("trusted addresses of an edge", () => {
  it.each(["192.0.2.7", "10.0.0.0/8", "198.51.100.4/32", "0.0.0.0", "128.0.0.0/1"])("take %s", (address) => {
    expect(callerProblems({ trustedProxies: [address], trustedTraceContext: [address] })).toEqual([]);
    expect(addressesWrong([address])).toBeUndefined();
  });

  it.each([
    "proxy.example",
    "10.0.0.256",
    "10.0.0",
    "10.0.0.0/33",
    "10.0.0.0/",
    "010.0.0.1",
    "::1",
    "",
    "10.0.0.1`) || Path(`/",
  ])("fail with %j", (address) => {
    expect(callerProblems({ trustedTraceContext: ["192.0.2.7", address] })).toEqual([
      expect.objectContaining({ property: "trustedTraceContext[1]", given: address }),
    ]);
    expect(addressesWrong([address])).toContain("an IPv4 address or network");
    expect({
      problems: callerProblems({ trustedProxies: [address] }),
      words: addressesWrong([address]),
    }).toMatchSnapshot();
  });

  it("fail with everybody", () => {
    expect(callerProblems({ trustedProxies: ["0.0.0.0/0"] })).toEqual([
      expect.objectContaining({ property: "trustedProxies[0]", allowed: expect.stringContaining("not of everybody") }),
    ]);
  });

  it("fail with what is no list", () => {
    expect(addressesWrong(undefined)).toContain("a list of IPv4 addresses");
  });
});
