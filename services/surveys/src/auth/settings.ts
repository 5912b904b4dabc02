import {
  type Environment,
  type Reading,
  readEnvironment,
  readServerSettings,
  type ServerSettings,
} from "../../../telemetry/node/index.ts";
import { type CalledSettings, readCalledSettings } from "../between/called.ts";
import { type RedisSettings, readRedisSettings } from "../between/redis.ts";

/** The mail server, and who its mails are from. */
export interface MailSettings {
  /** The server's name or address; from SMTP_URL, which must be given: `smtp://mail:25`, or `smtps:` for TLS. */
  readonly host: string;
  /** The server's port; from SMTP_URL. @default 587, and 465 for `smtps:` */
  readonly port: number;
  /** Whether it speaks TLS from the first byte. */
  readonly secure: boolean;
  /** Whether no mail goes without TLS; from SMTP_REQUIRE_TLS. @default false: TLS where the server offers it */
  readonly requireTls: boolean;
  /** Who signs in there; from SMTP_USER. Then there is no mail without TLS. @default - nobody */
  readonly user?: string;
  /** Path of the file with the password; from SMTP_PASSWORD_FILE, which must be given with SMTP_USER. */
  readonly passwordFile?: string;
  /** Who the mails are from; from MAIL_FROM, which must be given: `Surveys <surveys@example.org>`. */
  readonly from: { readonly name: string; readonly address: string };
}

/** Where Appwrite is. */
export interface AppwriteSettings {
  /** Its API, without a slash at its end; from APPWRITE_URL: `https://fra.cloud.appwrite.io/v1`. */
  readonly url: string;
  /** Id of the project; from APPWRITE_PROJECT, which must be given then. */
  readonly project: string;
  /** Path of the file with an API key of scope `sessions.write`; from APPWRITE_KEY_FILE, which must be given then. */
  readonly keyFile: string;
}

/** What the service is, wherever it runs. */
export interface AuthSettings {
  /** How links are sent: by Appwrite where APPWRITE_URL is given, otherwise by a mail server. */
  readonly way:
    | { readonly kind: "appwrite"; readonly appwrite: AppwriteSettings }
    | { readonly kind: "smtp"; readonly mail: MailSettings; readonly linkMinutes: number };
  /** The most links for one address in the time that one holds; from LINKS_MOST. @default 5 */
  readonly linksMost: number;
  /** Where people reach the gateway, without a slash at its end; from PUBLIC_URL, which must be given. */
  readonly publicUrl: string;
  /** Path of the file with the key that ids are made with, which stays the same for ever; from USER_ID_KEY_FILE. */
  readonly userIdKeyFile: string;
  /** Where links and their counts are kept. */
  readonly redis: RedisSettings;
}

/** Everything that the environment decides. */
export interface Settings extends AuthSettings {
  /** How the services are known that call it. */
  readonly called: CalledSettings;
  /** Where the service listens, and how it stops. */
  readonly server: ServerSettings;
}

/**
 * Reads all settings.
 *
 * @throws SettingsError with every problem
 */
export function readSettings(values: Readonly<Record<string, string | undefined>>): Settings {
  const environment = readEnvironment(values);
  const settings: Settings = {
    ...readAuthSettings(environment),
    called: readCalledSettings(environment),
    server: readServerSettings(environment, { port: 3002 }),
  };
  environment.finish();
  return settings;
}

/**
 * Reads what the service is. What is wrong is told by the environment's `finish()`.
 *
 * @param redisPrefix what the variables of its Redis begin with
 */
export function readAuthSettings(environment: Environment, redisPrefix = ""): AuthSettings {
  const given = (name: string): boolean => environment.text(name, "") !== "";
  return {
    way: given("APPWRITE_URL")
      ? { kind: "appwrite", appwrite: readAppwriteSettings(environment) }
      : {
          kind: "smtp",
          mail: readMailSettings(environment, given("SMTP_USER")),
          linkMinutes: environment.integer("LINK_MINUTES", { fallback: 15, minimum: 1, maximum: 1440 }),
        },
    linksMost: environment.integer("LINKS_MOST", { fallback: 5, minimum: 1, maximum: 1000 }),
    publicUrl: required(environment, "PUBLIC_URL", "", webAddress("https://surveys.example.org")),
    userIdKeyFile: environment.secretFile("USER_ID_KEY_FILE"),
    redis: readRedisSettings(environment, redisPrefix),
  };
}

function readAppwriteSettings(environment: Environment): AppwriteSettings {
  return {
    url: required(environment, "APPWRITE_URL", "", webAddress("https://fra.cloud.appwrite.io/v1")),
    project: environment.text("APPWRITE_PROJECT"),
    keyFile: environment.secretFile("APPWRITE_KEY_FILE"),
  };
}

function readMailSettings(environment: Environment, signsIn: boolean): MailSettings {
  return {
    ...required(environment, "SMTP_URL", { host: "", port: 0, secure: false }, mailServer),
    requireTls: environment.choice("SMTP_REQUIRE_TLS", "false", ["true", "false"]) === "true",
    ...(signsIn && {
      user: environment.text("SMTP_USER"),
      passwordFile: environment.secretFile("SMTP_PASSWORD_FILE"),
    }),
    from: required(environment, "MAIL_FROM", { name: "", address: "" }, sender),
  };
}

// The two reads refuse for different reasons: one what is missing, the other what can't be used.
function required<T>(environment: Environment, name: string, placeholder: T, reading: Reading<T>): T {
  environment.text(name);
  return environment.parsed(name, placeholder, reading);
}

function webAddress(example: string): Reading<string> {
  return {
    read: (given) => {
      const url = URL.parse(given);
      if (url === null || !/^https?:$/.test(url.protocol) || hasMore(url)) return undefined;
      return url.href.replace(/\/+$/, "");
    },
    allowed: "an address that begins with https:// or http://, without a query or a password",
    fix: `set it like ${example}`,
  };
}

const mailServer: Reading<Pick<MailSettings, "host" | "port" | "secure">> = {
  read: (given) => {
    const url = URL.parse(given);
    if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === "" || hasMore(url)) return undefined;
    if (url.pathname !== "" && url.pathname !== "/") return undefined;
    const secure = url.protocol === "smtps:";
    return { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port) || (secure ? 465 : 587), secure };
  },
  allowed: "smtp://host:port or smtps://host:port, without a password",
  fix: "set SMTP_URL=smtp://mail:587, and the rest by SMTP_USER and SMTP_PASSWORD_FILE",
};

const sender: Reading<MailSettings["from"]> = {
  read: (given) => {
    const {
      name = "",
      named,
      bare,
    } = /^(?:(?<name>[^<>"\p{Cc}]*)<(?<named>[^\s<>@]+@[^\s<>@]+)>|(?<bare>[^\s<>@]+@[^\s<>@]+))$/u.exec(given)
      ?.groups ?? {};
    const address = named ?? bare;
    return address === undefined ? undefined : { name: name.trim(), address };
  },
  allowed: "an address, or a name and an address in < >",
  fix: "set MAIL_FROM like Surveys <surveys@example.org>",
};

function hasMore(url: URL): boolean {
  return url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "";
}
