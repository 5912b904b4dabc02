import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { renderTraefikBase, renderTraefikRoute, type TraefikBase, type TraefikChoices } from "../../config/traefik.ts";
import { type BehindTraefik, type RunningTraefik, startBehind, startTraefik } from "./running-traefik.ts";

/** What a visitor may do, asked of a real Traefik. */
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0).reverse()) stop();
});

const behind = async (...args: Parameters<typeof startBehind>): Promise<BehindTraefik> => {
  const server = await startBehind(...args);
  stops.push(server.stop);
  return server;
};

const started = async (
  { route }: BehindTraefik,
  base: TraefikBase,
  choices: TraefikChoices = {},
  spansTo?: string,
): Promise<RunningTraefik> => {
  const files = [...renderTraefikBase(base), ...renderTraefikRoute(route, { callers: base.callers })];
  const traefik = await startTraefik(files, { ...base, ...choices }, spansTo);
  stops.push(traefik.stop);
  await expect
    .poll(() =>
      fetch(`http://127.0.0.1:${traefik.portOf("web")}/`).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200);
  return traefik;
};

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const BROUGHT = {
  traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
  tracestate: "vendor=keep",
  baggage: "who=visitor",
};
const SPANS = { name: "edge", collector: "collector", environment: "test" };

interface Seen {
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly baggage?: string;
}

/** What a service gets of a request's trace, and the spans that the edge makes. */
const followed = async (callers = {}) => {
  const bodies: Buffer[] = [];
  const store = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts);
      bodies.push(request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body);
      response.end();
    });
  }).listen(0, "127.0.0.1");
  stops.push(() => store.close());
  await new Promise((resolve) => store.once("listening", resolve));
  const service = await behind("shop", ({ headers }, response) => {
    const { traceparent, tracestate, baggage } = headers;
    response.end(JSON.stringify({ traceparent, tracestate, baggage }));
  });
  const spansTo = `http://127.0.0.1:${(store.address() as AddressInfo).port}/v1/traces`;
  const traefik = await started(service, { callers }, { spans: SPANS }, spansTo);
  return {
    ask: async (headers: Record<string, string>, entryPoint: "web" = "web"): Promise<Seen> => {
      const response = await fetch(`http://127.0.0.1:${traefik.portOf(entryPoint)}/`, { headers });
      return (await response.json()) as Seen;
    },
    /** Whether a span of the trace has arrived: ids are bytes in what arrives. */
    hasSpanOf: (traceId: string) => bodies.some((body) => body.includes(Buffer.from(traceId, "hex"))),
  };
};
const idOf = ({ traceparent = "" }: Seen): string => traceparent.split("-")[1] ?? "";

describe("a visitor's trace", () => {
  it("begins at the edge, and is followed, where he brings none", async () => {
    const { ask, hasSpanOf } = await followed();
    const seen = await ask({});
    expect(seen.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    await expect.poll(() => hasSpanOf(idOf(seen))).toBe(true);
  });

  it.each([
    ["a trace that is to be kept", BROUGHT],
    ["one that is not to be kept", { traceparent: `00-${TRACE}-00f067aa0ba902b7-00` }],
    ["one in capitals", { Traceparent: BROUGHT.traceparent, TRACESTATE: "a=b" }],
    ["the state of a trace alone", { tracestate: "vendor=keep" }],
    ["baggage alone", { baggage: "who=visitor" }],
  ])("goes nowhere where he brings %s: neither to a service nor into a span", async (_, headers) => {
    const { ask, hasSpanOf } = await followed();
    expect(await ask(headers)).toEqual({});
    const next = idOf(await ask({}));
    await expect.poll(() => hasSpanOf(next)).toBe(true);
    expect(hasSpanOf(TRACE)).toBe(false);
  });

  it.each(["01", "00"])(
    "goes on where the caller is trusted, with all that belongs to it, and his flag %s",
    async (flag) => {
      const { ask, hasSpanOf } = await followed({ trustedTraceContext: ["127.0.0.0/8"] });
      const seen = await ask({ ...BROUGHT, traceparent: `00-${TRACE}-00f067aa0ba902b7-${flag}` });
      expect(seen.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-${flag}$`));
      expect(seen).toMatchObject({ tracestate: BROUGHT.tracestate, baggage: BROUGHT.baggage });
      const next = idOf(await ask({}));
      await expect.poll(() => hasSpanOf(next)).toBe(true);
      expect(hasSpanOf(TRACE)).toBe(flag === "01");
    },
  );

  it("goes nowhere where others are trusted", async () => {
    const { ask, hasSpanOf } = await followed({ trustedTraceContext: ["192.0.2.0/24", "198.51.100.7"] });
    expect(await ask(BROUGHT)).toEqual({});
    const next = idOf(await ask({}));
    await expect.poll(() => hasSpanOf(next)).toBe(true);
    expect(hasSpanOf(TRACE)).toBe(false);
  });
});

describe("one address", () => {
  const statuses = async (traefik: RunningTraefik, times: number, headers: (index: number) => Record<string, string>) =>
    Promise.all(
      Array.from({ length: times }, (_, index) =>
        fetch(`http://127.0.0.1:${traefik.portOf("web")}/slow`, { headers: headers(index) }).then(
          ({ status }) => status,
        ),
      ),
    );
  /** How many requests Traefik says that it has refused. */
  const refused = async (traefik: RunningTraefik): Promise<number> => {
    const metrics = await (await fetch(`http://127.0.0.1:${traefik.portOf("metrics")}/metrics`)).text();
    return Number(
      /traefik_entrypoint_requests_total\{code="429",entrypoint="web",[^}]*\} (\d+)/.exec(metrics)?.[1] ?? 0,
    );
  };
  const count = (all: readonly number[], status: number) => all.filter((each) => each === status).length;

  it("gets 429 for more requests than its rate, which is counted and logged", async () => {
    const service = await behind("shop", (_, response) => response.end());
    const traefik = await started(service, { limits: { requestsPerSecond: 1, burst: 20 } });
    // Who says that he comes from somewhere else comes from where he is.
    const all = await statuses(traefik, 60, (index) => ({
      "x-forwarded-for": `198.51.100.${index}`,
      "x-real-ip": `${index}`,
    }));
    expect(count(all, 200)).toBeGreaterThanOrEqual(15);
    expect(count(all, 200)).toBeLessThanOrEqual(30);
    expect(count(all, 200) + count(all, 429)).toBe(60);
    expect(await refused(traefik)).toBe(count(all, 429));
    expect(traefik.log()).toContain('"DownstreamStatus":429');
  });

  it("is refused alike where it brings a trace: these requests are counted apart", async () => {
    const service = await behind("shop", (_, response) => response.end());
    const traefik = await started(service, { limits: { requestsPerSecond: 1, burst: 20 } });
    const all = await statuses(traefik, 60, () => BROUGHT);
    expect(count(all, 200)).toBeLessThanOrEqual(30);
    expect(count(all, 200) + count(all, 429)).toBe(60);
  });

  it("has so many requests in flight, for whatever host names it asks, and is served again when they end", async () => {
    const held: { end(): unknown }[] = [];
    let holds = true;
    const service = await behind("shop", ({ url }, response) => {
      if (holds && url === "/slow") held.push(response);
      else response.end();
    });
    const traefik = await started(service, { limits: { inFlight: 10 } });
    const asked = statuses(traefik, 30, () => ({}));
    // Nobody is served before all others are refused, however slow the machine is.
    await expect.poll(() => refused(traefik)).toBe(20);
    holds = false;
    for (const response of held) response.end();
    const all = await asked;
    expect([count(all, 200), count(all, 429)]).toEqual([10, 20]);
    expect(await statuses(traefik, 10, () => ({}))).toEqual(Array(10).fill(200));
  });

  it("is not limited by what others ask, where a trusted proxy says who asks", async () => {
    const service = await behind("shop", (_, response) => response.end());
    const limits = { requestsPerSecond: 1, burst: 20 };
    const traefik = await started(service, { limits, callers: { trustedProxies: ["127.0.0.1"] } });
    const forwarded = (address: string) => () => ({ "x-forwarded-for": `203.0.113.9, ${address}` });
    expect(count(await statuses(traefik, 60, forwarded("198.51.100.1")), 429)).toBeGreaterThan(25);
    expect(count(await statuses(traefik, 10, forwarded("198.51.100.2")), 200)).toBe(10);
  });

  it("is not refused by the limits that hold where nothing is said, for what a browser does", async () => {
    const service = await behind("shop", (_, response) => response.end());
    const traefik = await started(service, {});
    expect(await statuses(traefik, 150, () => ({}))).toEqual(Array(150).fill(200));
  });
});

describe("a slow client", () => {
  const untilClosed = (port: number, first: string, then: string): Promise<number> =>
    new Promise((resolve) => {
      const begun = performance.now();
      const socket = connect(port, "127.0.0.1", () => socket.write(first));
      const drip = setInterval(() => socket.write(then), 200);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        clearInterval(drip);
        resolve((performance.now() - begun) / 1000);
      });
      socket.resume();
    });

  it.each([
    ["headers", "GET / HTTP/1.1\r\nHost: shop\r\n", "X-A: b\r\n"],
    ["a body", "POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 1000000\r\n\r\n", "x"],
    ["nothing", "", ""],
  ])("who sends %s is cut off when his time is over", async (_, first, then) => {
    const service = await behind("shop", (request, response) => {
      request
        .resume()
        .on("end", () => response.end())
        .on("error", () => undefined);
    });
    const traefik = await started(service, { limits: { requestTime: "2s" } });
    const seconds = await untilClosed(traefik.portOf("web"), first, then);
    expect(seconds).toBeGreaterThan(1.5);
    expect(seconds).toBeLessThan(6);
  });

  it("who asks nothing more is cut off, too", async () => {
    const service = await behind("shop", (_, response) => response.end());
    const traefik = await started(service, { limits: { idleTime: "1s" } });
    const seconds = await untilClosed(traefik.portOf("web"), "GET / HTTP/1.1\r\nHost: shop\r\n\r\n", "");
    expect(seconds).toBeGreaterThan(0.8);
    expect(seconds).toBeLessThan(5);
  });
});

describe("an answer", () => {
  it("says that its type is meant, and not what it came from", async () => {
    const service = await behind("shop", (_, response) =>
      response
        .setHeader("Server", "nginx/1.2")
        .setHeader("X-Powered-By", "PHP/8")
        .setHeader("X-Frame-Options", "DENY")
        .end(),
    );
    const traefik = await started(service, {});
    const { headers } = await fetch(`http://127.0.0.1:${traefik.portOf("web")}/`);
    const names = ["x-content-type-options", "server", "x-powered-by", "x-frame-options"];
    expect(names.map((name) => headers.get(name))).toEqual(["nosniff", null, null, "DENY"]);
  });
});
