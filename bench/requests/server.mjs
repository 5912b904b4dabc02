// One of the servers that are compared: node server.mjs <bare|metrics|everything> <port>. It is copied beside the
// instrumentation, where its packages are.
import fastify from "fastify";
import { whenAnswered } from "./telemetry/node/answered.ts";
import { createHttpMetrics, newServer, startTracing } from "./telemetry/node/index.ts";

const [mode, port] = process.argv.slice(2);
const response = { 200: { type: "object", properties: { hello: { type: "string" } } } };

function bare() {
  return fastify();
}

function measured() {
  const app = fastify();
  const metrics = createHttpMetrics("bench", "1");
  app.addHook("onRequest", (request, reply, done) => {
    metrics.began();
    whenAnswered(reply.raw, (status, seconds) => {
      metrics.ended(request.method, request.routeOptions.url, status, seconds);
    });
    done();
  });
  return app;
}

async function everything() {
  const url = `${process.env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`;
  await startTracing("bench", "1", { url, sampler: "always_on", ratio: 1, resource: {} });
  return newServer({ service: "bench", version: "1" }).app;
}

const app = await { bare, metrics: measured, everything }[mode]();
app.get("/hello", { schema: { response } }, async () => ({ hello: "world" }));
await app.listen({ host: "127.0.0.1", port: Number(port) });
