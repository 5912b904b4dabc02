/** The one process of a container: which of the services it is, is said by SURVEYS_SERVICE. */

import { SettingsError, startService } from "../../telemetry/node/index.ts";

const SERVICES = ["gateway", "survey", "auth", "health", "redcap-stand-in"];

const name = process.env.SURVEYS_SERVICE ?? "";
await startService(name || "surveys", async () => {
  if (!SERVICES.includes(name)) {
    const allowed = `one of ${SERVICES.join(", ")}`;
    throw new SettingsError([
      { name: "SURVEYS_SERVICE", got: JSON.stringify(name), allowed, fix: `set SURVEYS_SERVICE to ${allowed}` },
    ]);
  }
  const { start } = (await import(`./${name}/start.ts`)) as { start: (name: string) => Promise<void> };
  await start(name);
});
