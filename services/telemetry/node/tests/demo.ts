import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { Type } from "typebox";
import { type InstrumentedServer, newServer, Problem, refuseOtherMethods } from "../index.ts";

/** A small instrumented service whose one dependency can be broken. */
export interface Demo extends InstrumentedServer {
  /** Whether `/ready` finds its dependency away. @default false */
  broken: boolean;
  /** Sends a request: a path for a GET, or everything. */
  ask(request: string | InjectOptions): Promise<LightMyRequestResponse>;
  /** Number of observed requests. */
  count(method: string, route: string, status: string): Promise<number>;
  /** Value of a metric without labels. */
  value(name: string): Promise<number | undefined>;
}

const things = Type.Object(
  {
    name: Type.String({ maxLength: 5, description: "1 to 5 letters", minLength: 1 }),
    size: Type.Optional(Type.Integer({ minimum: 1, maximum: 9, description: "a whole number from 1 to 9" })),
    parts: Type.Optional(Type.Array(Type.Object({ weight: Type.Number({ description: "a number" }) }))),
  },
  { additionalProperties: false },
);

/** A new demo, whose dependency is well. */
export function newDemo(): Demo {
  const check = async (): Promise<void> => {
    if (demo.broken) throw new TypeError("secret address");
  };
  const server = newServer({ service: "demo", version: "1.2.3", checks: { database: check } });
  const { app } = server;
  app.get("/things/:thing", async (request) => {
    const { thing } = request.params as { thing: string };
    if (thing === "crash") throw new Error("secret inner words");
    if (thing === "refused") {
      throw new Problem(409, "taken", "The thing is taken.", { headers: { "Retry-After": "3" } });
    }
    return { thing };
  });
  const query = Type.Object({ size: Type.Optional(Type.Integer({ description: "a number" })) });
  app.get("/things", { schema: { querystring: query } }, async (request) => request.query);
  app.post("/things", { schema: { body: things } }, async (request) => request.body);
  refuseOtherMethods(app, "/things/:thing");
  refuseOtherMethods(app, "/things");
  const valuesOf = async (name: string) => (await server.metrics.registry.getSingleMetric(name)?.get())?.values ?? [];
  const demo: Demo = {
    ...server,
    broken: false,
    ask: (request) => app.inject(request),
    count: async (method, route, status) => {
      const values = (await valuesOf("http_request_duration_seconds")) as {
        metricName?: string;
        labels: Record<string, unknown>;
        value: number;
      }[];
      const found = values.find(
        ({ metricName, labels }) =>
          metricName?.endsWith("_count") &&
          labels.method === method &&
          labels.route === route &&
          labels.status === status,
      );
      return found?.value ?? 0;
    },
    value: async (name) => (await valuesOf(name))[0]?.value,
  };
  return demo;
}
