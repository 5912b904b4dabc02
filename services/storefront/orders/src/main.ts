/** The one process of the container: settings, database, then the API. */

import { configureLogs, newServer, serve, startService } from "../../../telemetry/node/index.ts";
import manifest from "../package.json" with { type: "json" };
import { ordersApi } from "./api.ts";
import { openDatabase } from "./database.ts";
import { prepareDatabase } from "./migrate.ts";
import { readSettings } from "./settings.ts";
import { postgresOrders } from "./store.ts";

const SERVICE = "orders";

await startService(SERVICE, async () => {
  const settings = readSettings(process.env);
  configureLogs(SERVICE, settings.server.logLevel);
  await prepareDatabase(settings.database);
  // The check is asked only by requests, and the first comes after `database` is there.
  const { version } = manifest;
  const server = newServer({ service: SERVICE, version, checks: { database: () => database.check() } });
  const { registry } = server.metrics;
  const database = openDatabase(settings.database, registry);
  server.app.addHook("onClose", () => database.close());
  const { rateLimitPerMinute } = settings;
  await server.app.register(ordersApi, { store: postgresOrders(database), version, rateLimitPerMinute, registry });
  await serve(server, settings.server);
});
