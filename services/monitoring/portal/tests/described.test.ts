import { afterEach, expect, test } from "vitest";
import { newServer } from "../../../telemetry/node/index.ts";
import { askedAll } from "../../../telemetry/node/tests/schemathesis.ts";
import { portalApi } from "../src/api.ts";
import { Described } from "../src/described.ts";
import { alertmanager, described, jaeger, landed, prometheus, store, victorialogs } from "./stores.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

test("whatever is asked is answered as described", async () => {
  const [p, a, l, t] = await Promise.all([store(prometheus), store(alertmanager), store(victorialogs), store(jaeger)]);
  ends.push(() => Promise.all([p, a, l, t].map((one) => one.close())));
  const file = landed(
    described({
      prometheus: p.url,
      alertmanagers: [a.url],
      logs: { kind: "victorialogs", url: l.url },
      traces: { kind: "jaeger", url: t.url },
    }),
  );
  const { app } = newServer({ service: "portal", version: "test" });
  ends.push(() => app.close());
  await app.register(portalApi, { described: new Described(file), version: "test", maxEventLoopDelay: 0 });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const { well, told } = await askedAll(url, { description: "/api/openapi.json" });
  expect(well, told).toBe(true);
}, 300_000);
