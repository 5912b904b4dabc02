import formbody from "@fastify/formbody";
import helmet from "@fastify/helmet";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { type InstrumentedServer, newServer, refuseOtherMethods } from "../../../telemetry/node/index.ts";
import { type Faults, faultsSchema } from "./faults.ts";
import { newRecords, type Records } from "./records.ts";
import { redcapApi } from "./redcap-api.ts";
import type { Settings } from "./settings.ts";
import { surveyPage } from "./survey-page.ts";

/** The stand-in, with no record and no fault. */
export async function newRedcapStandIn(
  name: string,
  version: string,
  settings: Pick<Settings, "tokenFile" | "instrument" | "publicUrl">,
): Promise<InstrumentedServer> {
  const server = newServer({ service: name, version, bodyLimit: 262_144 });
  const { app } = server;
  const records = newRecords(settings.instrument);
  let faults: Faults = {};

  const self = ["'self'"];
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], formAction: self, baseUri: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: false,
    // Else its own form comes from nowhere, and whoever stands in front refuses that.
    referrerPolicy: { policy: "same-origin" },
  });
  await app.register(formbody);
  await app.register(redcapApi, { records, settings, faults: () => faults });
  await app.register(surveyPage, { records, instrument: settings.instrument });
  await app.register(controls, {
    records,
    setFaults: (now: Faults) => {
      faults = now;
    },
  });
  for (const path of ["/api/", "/surveys/", "/faults", "/records"]) refuseOtherMethods(app, path);
  return server;
}

interface ControlsOptions {
  readonly records: Records;
  readonly setFaults: (faults: Faults) => void;
}

// For tests and drills; REDCap has nothing like it.
const controls: FastifyPluginAsyncTypebox<ControlsOptions> = async (app, { records, setFaults }) => {
  app.put("/faults", { schema: { body: faultsSchema } }, (request, reply) => {
    setFaults(request.body);
    return reply.send(request.body);
  });
  app.delete("/faults", (_request, reply) => {
    setFaults({});
    return reply.code(204).send();
  });
  app.get("/records", (_request, reply) => reply.send(records.all()));
};
