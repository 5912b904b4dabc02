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

/** What is only read takes less than the longest: another replica is asked after a while. */
const CALL: CallSpec = {
  timeout: `${WAIT_SECONDS}s` as Duration,
  retries: { tryTimeout: "4s" },
  outliers: { failures: 3 },
};

const usesRedis = (callee: Callee): boolean => REDIS_USERS.some((user) => user === callee);

/**
 * Requests for surveys, as three services behind a gateway, or within it: who may ask, and how often, is ours; the surveys
 * themselves are REDCap's. Redis has sessions, links and limits.
 */
export function surveys(args: SystemArgs): System {
  const { host, edge, settings } = args;
  const { surveysHostname: hostname, surveysCallAuth: callAuth, surveysStage: stage } = settings;
  const pace = PACES[settings.pace];
  const site = edge.siteAddress("gateway", hostname);
  const publicUrl = site.url.replace(/\/$/, "");
  const keys = new CallKeys("surveys-calls", { generation: settings.surveysKeys });
  const redis = new Redis("surveys-redis", { host, services: REDIS_USERS, pace, protect: settings.protectData });
  const redcap = redcapOf(args);
  const parts = partsOf(args, publicUrl, redcap);
  const within = WITHIN[stage];
  const services = CALLEES.filter((callee) => !within.includes(callee)).map((callee) => {
    const { spec, uses, secrets } = parts[callee];
    return new InstrumentedService(callee, {
      ...{ host, spec, pace, secrets, answers: { auth: callAuth, callers: CALLERS, keys } },
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
    ...(within.length === 0 ? {} : { secretsName: `gateway-${stage}` }),
  });
  const looks = within.includes("health") ? gatewayService.name : parts.health.spec.name;
  const hostChecks = { signals: { scrapeJobs: [], ruleGroups: [hostCheckRules({ job: looks, pace })] } };
  return {
    name: "surveys",
    sources: [redis, ...services, hostChecks, gatewayService, ...(redcap.standIn ? [redcap.standIn] : [])],
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

/** Where the surveys are. */
interface Redcap {
  /** What `survey` is told of it. */
  readonly told: { readonly redcapUrl: string; readonly outside: boolean };
  /** The project's token. */
  readonly token: pulumi.Input<string>;
  /** What stands in its place; undefined where it is REDCap itself. */
  readonly standIn: InstrumentedService | undefined;
}

function redcapOf({ host, settings }: SystemArgs): Redcap {
  const { surveysStandIn, surveysStandInPort: port, surveysRedcapUrl: redcapUrl } = settings;
  if (!surveysStandIn) {
    return { told: { redcapUrl, outside: true }, token: secretAt("surveysRedcapToken"), standIn: undefined };
  }
  const token = new random.RandomPassword("surveys-stand-in-token", { length: 40, special: false }).result;
  const spec = redcapStandIn(host.published(port).replace(/\/$/, ""));
  const standIn = new InstrumentedService("redcap-stand-in", {
    ...{ host, spec, pace: PACES[settings.pace] },
    ...{ publish: port, publishProperty: "surveysStandInPort" },
    secrets: { "redcap-token": token },
  });
  return { told: { redcapUrl: `http://${spec.name}:${spec.port}/api/`, outside: false }, token, standIn };
}

/** The services that the gateway asks. */
function partsOf(
  { inbox, settings }: SystemArgs,
  publicUrl: string,
  { told, token, standIn }: Redcap,
): Readonly<Record<Callee, Part>> {
  const { surveysCallAuth: callAuth, surveysSmtp, surveysMailFrom: mailFrom, surveysCheckHosts: hosts } = settings;
  // With another one everybody is somebody new: neither an update nor a change of how it is made may replace it.
  const userIdKey = new random.RandomPassword(
    "surveys-user-id-key",
    { length: 40, special: false },
    { protect: settings.protectData, ignoreChanges: ["length", "special"] },
  );
  const mails = surveysSmtp === "" ? inbox?.mailServer : undefined;
  const mailing = { publicUrl, smtpUrl: mails?.url ?? surveysSmtp, mailFrom, outside: mails === undefined };
  return {
    survey: {
      spec: survey({ ...told, callAuth }),
      uses: standIn === undefined ? [] : [standIn],
      secrets: { "redcap-token": token },
    },
    auth: {
      spec: auth({ ...mailing, callAuth }),
      uses: mails === undefined ? [] : [mails],
      secrets: { "user-id-key": userIdKey.result },
    },
    health: { spec: health({ hosts, callAuth }), uses: [], secrets: {} },
  };
}
