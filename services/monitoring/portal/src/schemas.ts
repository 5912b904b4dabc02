import { type Static, Type } from "typebox";
import { refusalSchemasOf } from "../../../telemetry/node/index.ts";
import { partOf } from "./part.ts";

const texts = Type.Record(Type.String(), Type.String());

const point = Type.Array(Type.Number(), { minItems: 2, maxItems: 2 });

/** A series over the last hour. */
export const lineSchema = Type.Object({ name: Type.String(), points: Type.Array(point) });

/** What is measured of a service. What it has no series of is left out. */
export const measuredSchema = Type.Object({
  /** Targets that answer. */
  up: Type.Integer(),
  version: Type.Optional(Type.String()),
  rate: Type.Optional(Type.Number()),
  errors: Type.Optional(Type.Number()),
  p95: Type.Optional(Type.Number()),
  budget: Type.Optional(Type.Number()),
  plots: Type.Object({
    rate: Type.Optional(Type.Array(point)),
    errors: Type.Optional(Type.Array(point)),
    p95: Type.Optional(Type.Array(point)),
  }),
});

/** A firing alert. */
export const alertSchema = Type.Object({
  alert: Type.String(),
  service: Type.String(),
  severity: Type.String(),
  summary: Type.String(),
  description: Type.String(),
  since: Type.String(),
  mutedBy: Type.String(),
  runbook: Type.String(),
  labels: texts,
});

/** A planned time in which nobody is told. */
export const windowSchema = Type.Object({
  services: Type.Array(Type.String()),
  from: Type.String(),
  to: Type.String(),
  why: Type.String(),
});

/** The answer of `GET /api/overview`. */
export const overviewSchema = Type.Object({
  stack: Type.String(),
  services: Type.Array(
    Type.Object({
      name: Type.String(),
      system: Type.String(),
      owner: Type.String(),
      targets: Type.Integer(),
      maintained: Type.Boolean(),
    }),
  ),
  measured: partOf(Type.Record(Type.String(), measuredSchema)),
  alerts: partOf(Type.Array(alertSchema)),
  maintenance: Type.Array(windowSchema),
  pages: texts,
});

/** A line of a log. */
export const logLineSchema = Type.Object({
  time: Type.String(),
  service: Type.String(),
  level: Type.String(),
  text: Type.String(),
  trace: Type.String(),
});

/** A version of a service, and since when it runs. */
export const deploymentSchema = Type.Object({
  service: Type.String(),
  version: Type.String(),
  /** Whether it is the candidate of a rollout, beside what serves. */
  candidate: Type.Boolean(),
  /** Seconds since 1970. */
  at: Type.Number(),
});

/** The answer of `GET /api/services/:name`. */
export const serviceSchema = Type.Object({
  name: Type.String(),
  system: Type.String(),
  owner: Type.String(),
  targets: Type.Integer(),
  uses: Type.Array(Type.String()),
  usedBy: Type.Array(Type.String()),
  maintenance: Type.Array(windowSchema),
  links: Type.Array(Type.Object({ title: Type.String(), url: Type.String() })),
  measured: partOf(Type.Union([measuredSchema, Type.Null()])),
  panels: Type.Array(
    Type.Object({
      title: Type.String(),
      description: Type.String(),
      unit: Type.String(),
      marks: Type.Array(Type.Object({ value: Type.Number(), means: Type.String() })),
      lines: partOf(Type.Array(lineSchema)),
    }),
  ),
  alerts: partOf(Type.Array(alertSchema)),
  deployments: partOf(Type.Array(deploymentSchema)),
  lines: partOf(Type.Array(logLineSchema)),
});

/** The answer of `GET /api/alerts`. */
export const alertsSchema = Type.Object({
  maySilence: Type.Boolean(),
  alerts: partOf(Type.Array(alertSchema)),
  silences: partOf(
    Type.Array(
      Type.Object({
        id: Type.String(),
        state: Type.String(),
        matchers: Type.Array(Type.String()),
        from: Type.String(),
        to: Type.String(),
        by: Type.String(),
        why: Type.String(),
      }),
    ),
  ),
  maintenance: Type.Array(windowSchema),
  services: Type.Array(Type.String()),
  known: Type.Array(Type.Object({ alert: Type.String(), severity: Type.String(), runbook: Type.String() })),
});

/** The answer of `GET /api/deployments`. */
export const deploymentsSchema = Type.Object({ deployments: partOf(Type.Array(deploymentSchema)) });

/** The answer of `GET /api/graph`. */
export const graphSchema = Type.Object({
  services: Type.Array(Type.Object({ name: Type.String(), system: Type.String() })),
  calls: Type.Array(Type.Object({ from: Type.String(), to: Type.String() })),
  live: partOf(Type.Array(Type.Object({ from: Type.String(), to: Type.String(), rate: Type.Number() }))),
  up: partOf(Type.Record(Type.String(), Type.Integer())),
});

/** The answer of `GET /api/requests`. */
export const requestsSchema = Type.Object({ lines: partOf(Type.Array(logLineSchema)) });

/** The answer of `GET /api/requests/:id`. */
export const requestSchema = Type.Object({
  trace: Type.String(),
  spans: partOf(
    Type.Array(
      Type.Object({
        id: Type.String(),
        parent: Type.String(),
        service: Type.String(),
        name: Type.String(),
        start: Type.Number(),
        duration: Type.Number(),
        failed: Type.Boolean(),
      }),
    ),
  ),
  lines: partOf(Type.Array(logLineSchema)),
});

/** The path of a service. */
export const serviceParams = Type.Object({
  name: Type.String({ pattern: "^[a-zA-Z0-9._-]{1,100}$", description: "the name of a service" }),
});

/** The path of a request: the id of its trace, or what `X-Request-ID` said. */
export const requestParams = Type.Object({
  id: Type.String({
    pattern: "^[A-Za-z0-9._-]{8,128}$",
    description: "the 32 hexadecimal digits of a trace, or the X-Request-ID of an answer",
  }),
});

/** The path of a silence. */
export const silenceParams = Type.Object({
  id: Type.String({ pattern: "^[0-9a-f-]{36}$", description: "the id of a silence" }),
});

const minutes = Type.Integer({ minimum: 5, maximum: 1440, description: "a whole number of minutes from 5 to 1440" });
const why = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: "\\S",
  description: "1 to 200 characters: whoever sees a quiet alert reads it",
});
const name = Type.String({
  pattern: "^[a-zA-Z0-9._:-]{1,100}$",
  description: "a name of letters, digits, . _ : and -",
});

/** The body of `POST /api/silences`. */
export const newSilenceSchema = Type.Object(
  { alert: Type.Optional(name), service: name, minutes, why },
  { additionalProperties: false },
);

/** The body of `POST /api/maintenance`. */
export const newMaintenanceSchema = Type.Object(
  { services: Type.Array(name, { minItems: 1, maxItems: 50, uniqueItems: true }), minutes, why },
  { additionalProperties: false },
);

/** The answer of both. */
export const silencedSchema = Type.Object({ ids: Type.Array(Type.String()) });

/** What the first page shows: services, what is measured of each, and what fires. */
export type Overview = Static<typeof overviewSchema>;
/** Numbers of a service now and over the last hour, in the units of the description's `figures`. */
export type Measured = Static<typeof measuredSchema>;
/** What the page of one service shows. */
export type ServicePage = Static<typeof serviceSchema>;
/** What the page of alerts shows: those that fire, silences, windows, and all that may come. */
export type AlertsPage = Static<typeof alertsSchema>;
/** One change of version of one service, as its metrics tell it. */
export type Deployment = Static<typeof deploymentSchema>;
/** Who calls whom: as declared, and as the traces of the last minutes have it. */
export type Graph = Static<typeof graphSchema>;
/** One request: the spans of its trace, and the lines that were written in it. */
export type RequestPage = Static<typeof requestSchema>;

const refusals = {
  400: "The request can't be read.",
  403: "This portal only reads.",
  404: "There is nothing of that name in this stack.",
  413: "The body is too large.",
  415: "The body is not JSON.",
  422: "It names a service that is not in this stack.",
  500: "Something failed inside the portal.",
  503: "The program that was to be asked is away, or there is too much to do.",
};

/** The refusals of a route: those that every one has, and more. */
export function refusalSchemas(...statuses: readonly (keyof typeof refusals)[]): Record<number, object> {
  return refusalSchemasOf(refusals, [...statuses, 400, 500, 503]);
}
