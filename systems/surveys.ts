import * as random from "@pulumi/random";
import { CallKeys, type CallSpec, InstrumentedService, PACES, Redis, ServiceCall } from "../components/index.ts";
import { secretAt } from "../components/settings/settings.ts";
import { auth, CALLERS, gateway, health, redcapStandIn, survey } from "../services/surveys/services.ts";
import { hostCheckRules } from "../signals/rules/host-checks.ts";
import type { System, SystemArgs } from "./system.ts";

/** Names of the services that send mails: where the stack has an inbox, it lets them in. */
export const SURVEYS_MAILERS = ["auth"];

/**
 * As long as survey may take for a new request, which waits for its turn and tries REDCap again, and auth for a mail. What is only
 * read takes less: another replica is asked after a while.
 */
const CALL: CallSpec = { timeout: "20s", retries: { tryTimeout: "4s" }, outliers: { failures: 3 } };

/**
 * Requests for surveys, as three services behind a gateway: who may ask, and how often, is ours; the surveys themselves
 * are REDCap's. Redis has sessions, links and limits.
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
  const call = (service: InstrumentedService) => new ServiceCall(service, { ...CALL, auth: callAuth });
  const redis = new Redis("surveys-redis", {
    host,
    services: ["gateway", "survey", "auth"],
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
  const surveyService = new InstrumentedService("survey", {
    ...{ host, spec: survey({ ...redcap, callAuth }), pace, answers },
    uses: [redis, ...(standIn === undefined ? [] : [standIn])],
    secrets: { "redcap-token": token },
  });
  const mails = surveysSmtp === "" ? inbox?.mailServer : undefined;
  const mailServer = mails?.url ?? surveysSmtp;
  const authService = new InstrumentedService("auth", {
    ...{ host, pace, answers },
    spec: auth({
      callAuth,
      publicUrl,
      smtpUrl: mailServer,
      mailFrom: settings.surveysMailFrom,
      outside: mails === undefined,
    }),
    uses: [redis, ...(mails === undefined ? [] : [mails])],
    secrets: { "user-id-key": userIdKey.result },
  });
  const healthService = new InstrumentedService("health", {
    ...{ host, spec: health({ hosts: settings.surveysCheckHosts, callAuth }), pace, answers },
  });
  const gatewayService = new InstrumentedService("gateway", {
    ...{ host, edge, spec: gateway({ hostname, publicUrl }), pace },
    uses: [redis, ...[surveyService, authService, healthService].map(call)],
  });
  const hostChecks = { signals: { scrapeJobs: [], ruleGroups: [hostCheckRules({ job: healthService.name, pace })] } };
  return {
    name: "surveys",
    sources: [
      redis,
      surveyService,
      authService,
      healthService,
      hostChecks,
      gatewayService,
      ...(standIn ? [standIn] : []),
    ],
    policies: [
      {
        name: "surveys",
        services: ["gateway"],
        objective: { availability: 99.5, latency: { quantile: 0.95, under: "1s" }, expectedRate: "1/s" },
      },
    ],
    urls: { surveys: site.url },
    nextSteps: [`Sign in to the surveys: curl -s ${publicUrl}/api/v1/auth/signup --json '{"email":"you@example.org"}'`],
  };
}
