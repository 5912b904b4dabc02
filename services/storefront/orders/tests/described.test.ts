import { expect, test } from "vitest";
import { newServer } from "../../../telemetry/node/index.ts";
import { askedAll } from "../../../telemetry/node/tests/schemathesis.ts";
import { ordersApi } from "../src/api.ts";
import { ordersInMemory } from "./stand-in.ts";

test("whatever is asked within its description, and beside it, is answered as described", async () => {
  const { app, metrics } = newServer({ service: "orders", version: "test" });
  const { registry } = metrics;
  const limits = { rateLimitPerMinute: 1_000_000, maxEventLoopDelay: 0 };
  await app.register(ordersApi, { store: ordersInMemory(), version: "test", registry, ...limits });
  try {
    const { well, told } = await askedAll(await app.listen({ host: "127.0.0.1", port: 0 }), {
      description: "/api/orders/openapi.json",
    });
    expect(well, told).toBe(true);
  } finally {
    await app.close();
  }
}, 300_000);
