import type { Redis } from "ioredis";
import { configureLogs, serve } from "../../../telemetry/node/index.ts";
import manifest from "../../package.json" with { type: "json" };
import { newCalledServer } from "../between/called.ts";
import { checkRedis, openRedis } from "../between/redis.ts";
import { authApi } from "./api.ts";
import { APPWRITE_LINK_MS, appwriteLinks } from "./appwrite-links.ts";
import { redisLinkLimit } from "./link-limit.ts";
import { redisLinkStore } from "./link-store.ts";
import { type Links, limitedLinks } from "./links.ts";
import { smtpMailer } from "./mail.ts";
import { readSettings, type Settings } from "./settings.ts";
import { smtpLinks } from "./smtp-links.ts";
import { userIdOf } from "./user-id.ts";

/**
 * Starts the service that signs people in.
 *
 * @param name its name, in logs and metrics
 * @throws SettingsError with every setting that is wrong
 */
export async function start(name: string): Promise<void> {
  const settings = readSettings(process.env);
  configureLogs(name, settings.server.logLevel);
  const { version } = manifest;
  const redis = openRedis(settings.redis);
  // Not the mail server: without it no new link can be sent, but those that are out there still sign in.
  const server = newCalledServer(
    { service: name, version, checks: { redis: () => checkRedis(redis) } },
    settings.called,
  );
  server.app.addHook("onClose", async () => redis.disconnect());
  await server.app.register(authApi, {
    links: linksOf(settings, redis),
    userIdOf: (address) => userIdOf(address, settings.userIdKeyFile),
    server,
    version,
    registry: server.metrics.registry,
  });
  await serve(server, settings.server);
}

/** The way that the settings say, with the limit that both ways have. */
export function linksOf({ way, publicUrl, linksMost }: Settings, redis: Redis): Links {
  const limited = (links: Links, seconds: number) =>
    limitedLinks(links, redisLinkLimit(redis, linksMost, seconds), seconds);
  if (way.kind === "appwrite") return limited(appwriteLinks(way.appwrite, publicUrl), APPWRITE_LINK_MS / 1000);
  const minutes = way.linkMinutes;
  const store = redisLinkStore(redis, minutes * 60);
  return limited(smtpLinks({ store, mailer: smtpMailer(way.mail), publicUrl, minutes }), minutes * 60);
}
