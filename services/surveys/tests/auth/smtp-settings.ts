import type { Settings } from "../../src/auth/settings.ts";
import type { RedisServer } from "../between/redis-server.ts";
import { API_KEY, secretFile, userIdKeyFile } from "./client.ts";
import type { MailServer } from "./mail-server.ts";

/** Settings for links by a stand-in of a mail server; the user of Redis is `auth`. */
export function smtpSettings(
  redis: RedisServer,
  { port }: Pick<MailServer, "port">,
  mail: { user?: string; passwordFile?: string; requireTls?: boolean } = {},
): Settings {
  const from = { name: "Surveys", address: "surveys@example.org" };
  return {
    way: {
      kind: "smtp",
      mail: { host: "127.0.0.1", port, secure: false, requireTls: false, from, ...mail },
      linkMinutes: 15,
    },
    linksMost: 5,
    publicUrl: "https://surveys.example.org",
    userIdKeyFile,
    called: { auth: "api-key", keysFile: secretFile(API_KEY) },
    redis: redis.settings("auth"),
    server: {
      port: 3002,
      logLevel: "info",
      shutdownDelaySeconds: 0,
      shutdownTimeoutSeconds: 5,
      tracing: undefined,
    },
  };
}
