import { writeFileSync } from "node:fs";
import { test } from "vitest";
import { newRedisServer } from "../between/redis-server.ts";
import { newGateway, startBehind } from "./client.ts";

test("page", async () => {
  const redis = await newRedisServer(["gateway"]);
  const behind = await startBehind();
  const gateway = await newGateway(redis, behind);
  await gateway.ask("/api/v1/health");
  writeFileSync("/tmp/m-gateway-page.txt", await gateway.metrics());
  await gateway.close();
  await Promise.all(Object.values(behind).map((server) => server.close()));
  await redis.remove();
});
