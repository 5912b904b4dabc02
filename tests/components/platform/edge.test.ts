import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { defineService } from "../../../services/service.ts";
import { forget, resource, settle, startMocks, types } from "../recorder.ts";

/** What the edge is told of visitors, under mocks. */
let library: typeof import("../../../components/index.ts");

const spec = defineService({
  name: "orders",
  image: { reference: "docker.io/shop/orders:1" },
  port: 3000,
  route: { pathPrefix: "/orders" },
  health: ["CMD", "true"],
});

const declare = async (args: object): Promise<void> => {
  forget();
  const host = new library.LocalDockerHost("local", { checkMachine: false, traceRatio: 0.1 });
  const edge = new library.Traefik("edge", { host, ...args });
  new library.InstrumentedService("orders", { host, edge, spec });
  await settle();
};
const fileOf = (name: string) => {
  const stdin = String(resource(types.command, name).stdin);
  return parse(stdin.slice(stdin.indexOf("http:"))).http;
};
const command = () => resource(types.container, "edge-container").command as readonly string[];

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});

describe("an edge", () => {
  it("limits every address, cuts slow clients off and follows nobody's trace, where nothing is said", async () => {
    await declare({});
    const { rate, "in-flight": inFlight } = fileOf("edge-base").middlewares;
    expect([rate.rateLimit.average, rate.rateLimit.burst, inFlight.inFlightReq.amount]).toEqual([200, 400, 200]);
    for (const name of ["web", "websecure"]) {
      expect(command()).toContain(`--entrypoints.${name}.transport.respondingtimeouts.readtimeout=30s`);
      expect(command()).toContain(`--entrypoints.${name}.http.middlewares=rate@file,in-flight@file,headers@file`);
    }
    expect(command().join(" ")).not.toContain("trustedips");
    const { routers } = fileOf("orders-route");
    const kinds = ["orders", "orders-foreign", "orders-large", "orders-lengthless"];
    expect(Object.keys(routers)).toEqual([...kinds, ...kinds.map((kind) => `${kind}-tls`)]);
    expect(routers["orders-foreign"].rule).toMatch(/HeaderRegexp\(`traceparent`.*HeaderRegexp\(`baggage`[^&]*$/);
  });

  it("has the limits that it is given, and the others as they were", async () => {
    await declare({ limits: { requestsPerSecond: 20, requestTime: "2m" } });
    const { rate, "in-flight": inFlight } = fileOf("edge-base").middlewares;
    expect([rate.rateLimit.average, rate.rateLimit.burst, inFlight.inFlightReq.amount]).toEqual([20, 400, 200]);
    expect(command()).toContain("--entrypoints.web.transport.respondingtimeouts.readtimeout=2m");
    expect(command()).toContain("--entrypoints.web.transport.respondingtimeouts.idletimeout=60s");
  });

  it("believes the proxies that it is told of, and goes on with the traces of callers", async () => {
    await declare({ trustedProxies: ["192.0.2.0/24"], trustedTraceContext: ["10.0.0.0/8", "198.51.100.7"] });
    expect(command()).toContain("--entrypoints.websecure.forwardedheaders.trustedips=192.0.2.0/24");
    const { sourceCriterion } = fileOf("edge-base").middlewares.rate.rateLimit;
    expect(sourceCriterion).toEqual({ ipStrategy: { excludedIPs: ["192.0.2.0/24"] } });
    expect(fileOf("orders-route").routers["orders-foreign-tls"].rule).toMatch(
      /\) && !ClientIP\(`10\.0\.0\.0\/8`\) && !ClientIP\(`198\.51\.100\.7`\)$/,
    );
  });

  it("fails with everything that is wrong, before anything is made", async () => {
    const wrong = {
      discovery: "dns",
      limits: { inFlight: 0 },
      trustedProxies: ["cdn"],
      trustedTraceContext: ["0.0.0.0/0"],
    };
    await expect(declare(wrong)).rejects.toThrow(
      /edge "edge" is refused[\s\S]*discovery[\s\S]*limits.inFlight: got 0[\s\S]*trustedProxies\[0\]: got "cdn"[\s\S]*trustedTraceContext\[0\]/,
    );
  });
});
