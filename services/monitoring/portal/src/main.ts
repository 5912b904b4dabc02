/** The one process of the container: the description of the stack, then the pages and what they ask. */

import { join } from "node:path";
import {
  configureLogs,
  newServer,
  readEnvironment,
  readSecret,
  readServerSettings,
  serve,
  startService,
} from "../../../telemetry/node/index.ts";
import manifest from "../package.json" with { type: "json" };
import { portalApi } from "./api.ts";
import { Described } from "./described.ts";
import { askForPassword } from "./password.ts";
import { serveSite } from "./site.ts";

const SERVICE = "portal";

await startService(SERVICE, async () => {
  const environment = readEnvironment(process.env);
  const file = environment.file("PORTAL_DESCRIPTION_FILE");
  const password = process.env.PORTAL_PASSWORD_FILE ? environment.secretFile("PORTAL_PASSWORD_FILE") : undefined;
  const [user, access] = process.env.PROMETHEUS_PASSWORD_FILE
    ? [environment.text("PROMETHEUS_USER"), environment.secretFile("PROMETHEUS_PASSWORD_FILE")]
    : [];
  const settings = readServerSettings(environment, { port: 8088 });
  environment.finish();
  configureLogs(SERVICE, settings.logLevel);
  const { version } = manifest;
  const server = newServer({ service: SERVICE, version });
  if (password !== undefined) askForPassword(server.app, password);
  const signsIn = access && `Basic ${Buffer.from(`${user}:${readSecret(access)}`).toString("base64")}`;
  await server.app.register(portalApi, {
    described: new Described(file),
    version,
    ...(signsIn === undefined ? {} : { authorization: signsIn }),
  });
  serveSite(server.app, [join(import.meta.dirname, "..", "site"), join(import.meta.dirname, "..", "vendor")]);
  await serve(server, settings);
});
