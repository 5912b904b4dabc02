import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import {
  asUsers,
  CallKeys,
  type CallSpec,
  type Dependency,
  InstrumentedService,
  PACES,
  Redis,
  ServiceCall,
} from "../components/index.ts";
import { secretAt } from "../components/settings/settings.ts";
import type { Service } from "../services/service.ts";
import {
  auth,
  CALLEES,
  CALLERS,
  gateway,
  health,
  redcapStandIn,
  survey,
  WAIT_SECONDS,
} from "../services/surveys/services.ts";
import { type Callee, REDIS_USERS, WITHIN } from "../services/surveys/stages.ts";
import type { Duration } from "../services/units.ts";
import { hostCheckRules } from "../signals/rules/host-checks.ts";
import type { System, SystemArgs } from "./system.ts";

/**
 * Names of the services that send mails: where the stack has an inbox, it lets them in. The gateway sends them where auth
 * is within it; it is named in all stages, so that a move changes nothing of the inbox.
 */
export const SURVEYS_MAILERS = ["auth", "gateway"];

/** One of the services that the gateway asks: what it needs, whether it has a container of its own or not. */
interface Part {
  /** Its declaration, as for a container of its own. */
  readonly spec: Service;
  /** What it uses besides Redis. */
  readonly uses: readonly Dependency[];
  /** What it is given, besides what it knows its callers by. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
/** What is only read takes less than the longest: another replica is asked after a while. */
const CALL: CallSpec = {
  timeout: `${WAIT_SECONDS}s` as Duration,
  retries: { tryTimeout: "4s" },
  outliers: { failures: 3 },
};

/**
 * Requests for surveys, as three services behind a gateway, or within it: who may ask, and how often, is ours; the surveys
 * themselves are REDCap's. Redis has sessions, links and limits.
 */
export function surveys({ host, edge, inbox, settings }: SystemArgs): System {
  const pace = PACES[settings.pace];
  const { surveysHostname: hostname, surveysSmtp, surveysStandIn } = settings;
  const site = edge.siteAddress("gateway", hostname);
  const publicUrl = site.url.replace(/\/$/, "");
  const secret = (name: string) => new random.RandomPassword(`surveys-${name}`, { length: 40, special: false }).result;
  // With another one everybody is somebody new: neither an update nor a change of how it is made may replace it.
  const userIdKey = new random.RandomPassword(
    "surveys-user-id-key",
    { length: 40, special: false },
    { protect: settings.protectData, ignoreChanges: ["length", "special"] },
  );
  const keys = new CallKeys("surveys-calls", { generation: settings.surveysKeys });
  const callAuth = settings.surveysCallAuth;
  const answers = { auth: callAuth, callers: CALLERS, keys };
  const redis = new Redis("surveys-redis", {
    host,
    services: REDIS_USERS,
    pace,
    protect: settings.protectData,
  });
  const token = surveysStandIn ? secret("stand-in-token") : secretAt("surveysRedcapToken");
  const standInUrl = host.published(settings.surveysStandInPort).replace(/\/$/, "");
  const standInSpec = redcapStandIn(standInUrl);
  const standIn = surveysStandIn
    ? new InstrumentedService("redcap-stand-in", {
        ...{ host, spec: standInSpec, pace },
        ...{ publish: settings.surveysStandInPort, publishProperty: "surveysStandInPort" },
        secrets: { "redcap-token": token },
      })
    : undefined;
  const redcap =
    standIn === undefined
      ? { redcapUrl: settings.surveysRedcapUrl, outside: true }
      : { redcapUrl: `http://${standInSpec.name}:${standInSpec.port}/api/`, outside: false };
  const mails = surveysSmtp === "" ? inbox?.mailServer : undefined;
  const mailServer = mails?.url ?? surveysSmtp;
  const mailing = { publicUrl, smtpUrl: mailServer, mailFrom: settings.surveysMailFrom, outside: mails === undefined };
  const parts: Readonly<Record<Callee, Part>> = {
    survey: {
      spec: survey({ ...redcap, callAuth }),
      uses: standIn === undefined ? [] : [standIn],
      secrets: { "redcap-token": token },
    },
    auth: {
      spec: auth({ ...mailing, callAuth }),
      uses: mails === undefined ? [] : [mails],
      secrets: { "user-id-key": userIdKey.result },
    },
    health: { spec: health({ hosts: settings.surveysCheckHosts, callAuth }), uses: [], secrets: {} },
  };
  const within = WITHIN[settings.surveysStage];
  const asked = CALLEES.filter((callee) => !within.includes(callee));
  const usesRedis = (callee: Callee) => REDIS_USERS.some((user) => user === callee);
  const services = asked.map((callee) => {
    const { spec, uses, secrets } = parts[callee];
    return new InstrumentedService(callee, {
      ...{ host, spec, pace, answers, secrets },
      ...(callee === "survey" ? { replicas: settings.surveysSurveyReplicas } : {}),
      uses: [...(usesRedis(callee) ? [redis] : []), ...uses],
    });
  });
  const calls = services.map((service) => new ServiceCall(service, { ...CALL, auth: callAuth }));
  const inside = within.map((callee) => parts[callee]);
  const replicas = settings.surveysGatewayReplicas;
  const gatewayService = new InstrumentedService("gateway", {
    ...{ host, edge, pace },
    spec: gateway({ hostname, publicUrl, replicas, within: inside.map(({ spec }) => spec) }),
    uses: [asUsers(redis, within.filter(usesRedis)), ...calls, ...inside.flatMap(({ uses }) => uses)],
    secrets: Object.assign({}, ...inside.map(({ secrets }) => secrets)),
    // By a set of its own for each stage, replicas move on one after the other.
    ...(within.length === 0 ? {} : { secretsName: `gateway-${settings.surveysStage}` }),
  });
  const looks = within.includes("health") ? gatewayService.name : parts.health.spec.name;
  const hostChecks = { signals: { scrapeJobs: [], ruleGroups: [hostCheckRules({ job: looks, pace })] } };
  return {
    name: "surveys",
    sources: [redis, ...services, hostChecks, gatewayService, ...(standIn ? [standIn] : [])],
    policies: [
      {
        name: "surveys",
        services: ["gateway"],
        objective: { availability: 99.5, latency: { quantile: 0.95, under: "1s" }, expectedRate: "1/s" },
      },
    ],
    urls: { surveys: site.url },
    nextSteps: [`Sign up for the surveys: ${publicUrl}/sign-up`],
  };
}
