import type { Redis } from "ioredis";
import type { InstrumentedServer } from "../../../telemetry/node/index.ts";
import { type CalledServer, type CalledSettings, newCalledServer, type OwnProcess } from "../between/called.ts";
import { checkRedis, openRedis } from "../between/redis.ts";
import { authApi } from "./api.ts";
import { APPWRITE_LINK_MS, appwriteLinks } from "./appwrite-links.ts";
import { redisLinkLimit } from "./link-limit.ts";
import { redisLinkStore } from "./link-store.ts";
import { type Links, limitedLinks } from "./links.ts";
import { smtpMailer } from "./mail.ts";
import type { AuthSettings } from "./settings.ts";
import { smtpLinks } from "./smtp-links.ts";
import { userIdOf } from "./user-id.ts";

/** How the service runs. */
export interface AuthServiceSettings extends AuthSettings {
  /** How the services are known that call it; or only its own process asks it. */
  readonly called: CalledSettings | OwnProcess;
}

/**
 * The service with all that it holds; closing its application ends that, too.
 *
 * @param whole the server that it is a part of; none where it listens itself
 */
export async function newAuthService(
  name: string,
  version: string,
  settings: AuthServiceSettings,
  whole?: InstrumentedServer,
): Promise<CalledServer> {
  const redis = openRedis(settings.redis);
  // Not the mail server: without it no new link can be sent, but those that are out there still sign in.
  const checks = { redis: () => checkRedis(redis) };
  const server = newCalledServer({ service: name, version, checks, ...(whole && { partOf: whole }) }, settings.called);
  server.app.addHook("onClose", async () => redis.disconnect());
  await server.app.register(authApi, {
    links: linksOf(settings, redis),
    userIdOf: (address) => userIdOf(address, settings.userIdKeyFile),
    server,
    version,
    registry: server.metrics.registry,
  });
  return server;
}

/** The way that the settings say, with the limit that both ways have. */
export function linksOf({ way, publicUrl, linksMost }: AuthSettings, redis: Redis): Links {
  const limited = (links: Links, seconds: number) =>
    limitedLinks(links, redisLinkLimit(redis, linksMost, seconds), seconds);
  if (way.kind === "appwrite") return limited(appwriteLinks(way.appwrite, publicUrl), APPWRITE_LINK_MS / 1000);
  const minutes = way.linkMinutes;
  const store = redisLinkStore(redis, minutes * 60);
  return limited(smtpLinks({ store, mailer: smtpMailer(way.mail), publicUrl, minutes }), minutes * 60);
}
