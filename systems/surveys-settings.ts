import type { Values } from "../config/settings/codec.ts";
import { flag, list, oneOf, port, secretText, text, whole } from "../config/settings/codec.ts";
import type { RawSettings } from "../config/settings/codecs.ts";
import { CALL_AUTHS } from "../services/call-auth.ts";
import { GENERATION, HOSTNAME, REPLICAS } from "../services/grammar.ts";
import type { Problem } from "../services/problems.ts";
import { HOSTS_ALLOWED, readHosts } from "../services/surveys/src/health/hosts.ts";
import { SURVEYS_STAGES } from "../services/surveys/stages.ts";

// What a container would refuse to start with is refused before anything is made. A URL has no port beyond 65535.
const url = (fits: (url: URL) => boolean, allowed: string) => (given: string) => {
  const read = /\s/.test(given) ? null : URL.parse(given);
  const isPlain =
    read !== null && read.hostname !== "" && [read.username, read.password, read.search, read.hash].join("") === "";
  return given === "" || (isPlain && fits(read)) ? undefined : allowed;
};

/** The keys of the surveys. */
export const SURVEYS_SETTINGS = {
  surveysHostname: text(
    {
      description: "Host name of the surveys. Browsers take each name that ends with .localhost for this machine.",
      default: "surveys.localhost",
    },
    (given) => (HOSTNAME.fits(given) ? undefined : "a host name in small letters, such as surveys.example"),
  ),
  surveysStage: oneOf(SURVEYS_STAGES, {
    description:
      "How the services of the surveys run. monolith is one process with all of them, extracted has survey beside it, and with microservices each is its own.",
    default: "microservices",
  }),
  surveysGatewayReplicas: whole(REPLICAS, {
    description:
      "Number of containers of the gateway of the surveys. With one, a move to another stage loses requests.",
    default: 2,
  }),
  surveysSurveyReplicas: whole(REPLICAS, {
    description: "Number of containers of the service survey, where it has some of its own.",
    default: 1,
  }),
  surveysRedcapUrl: text(
    { description: "REDCap's API, such as https://redcap.example/api/. Without one, vigie:surveysStandIn." },
    // Its token, and what people answered, go there.
    url(
      ({ protocol }) => protocol === "https:",
      "a URL with https, without a user, a query or a fragment, such as https://redcap.example/api/",
    ),
  ),
  surveysRedcapToken: secretText("Token of the project in REDCap; set it with --secret."),
  surveysStandIn: flag(
    false,
    "Deploy a small server in REDCap's place, for development: it keeps nothing, and no answer of a person is safe there.",
  ),
  surveysStandInPort: port(8090, "Port of this machine for the pages of that server, on its loopback."),
  surveysSmtp: text(
    {
      description:
        "Mail server that sends the links to sign in, such as smtp://mail.example:25; it has to speak TLS. Without one, the inbox.",
    },
    url(
      ({ protocol, pathname }) => /^smtps?:$/.test(protocol) && ["", "/"].includes(pathname),
      "a URL with smtp or smtps, a host and a port from 1 to 65535, and nothing else, such as smtp://mail.example:25",
    ),
  ),
  surveysMailFrom: text({ description: "Who these mails come from.", default: "surveys@vigie.invalid" }, (given) =>
    /^[^\s@<>"]+@[a-z0-9.-]+$/i.test(given) ? undefined : "an address, such as surveys@example.org",
  ),
  surveysCallAuth: oneOf(CALL_AUTHS, {
    description:
      "How the services prove to each other who calls, api-key, jwt (tokens of half a minute) or mutual-tls (certificates).",
    default: "api-key",
  }),
  surveysKeys: whole(GENERATION, {
    description: "Which keys and certificates they use for that; raised by one, an up gives all of them new ones.",
    default: 1,
  }),
  surveysCheckHosts: list(
    {
      description: "Hosts that are looked at all the time: host:port, or tls://host:port for their certificates, too.",
    },
    `a list of ${HOSTS_ALLOWED.replace(", separated by commas", "")}, such as [db.example:5432, tls://www.example:443]`,
    (hosts) => hosts.every((host) => /^[^\s,]+$/.test(host)) && readHosts(hosts.join(",")).wrong.length === 0,
  ),
};

/** What is wrong with these keys together, and with others. */
export function surveysProblems(settings: RawSettings & Values<typeof SURVEYS_SETTINGS>): Problem[] {
  if (!settings.systems.includes("surveys")) return [];
  const { surveysRedcapUrl: url, surveysRedcapToken: token, surveysStandIn: standIn, surveysSmtp: smtp } = settings;
  const rows: readonly (readonly [wrong: boolean, problem: Problem])[] = [
    [
      url === "" && !standIn,
      {
        property: "vigie:surveysRedcapUrl",
        given: url,
        allowed: "the address of REDCap's API",
        fix: "Set it, and vigie:surveysRedcapToken with --secret; or set vigie:surveysStandIn to true for development.",
      },
    ],
    [
      url !== "" && standIn,
      {
        property: "vigie:surveysStandIn",
        given: standIn,
        allowed: "false next to vigie:surveysRedcapUrl",
        fix: "Take one of the two away.",
      },
    ],
    [
      url !== "" && token === "",
      {
        property: "vigie:surveysRedcapToken",
        given: token,
        allowed: "the token of the project in REDCap",
        fix: "`pulumi config set --secret vigie:surveysRedcapToken` sets it.",
      },
    ],
    [
      // An inbox on another machine takes no mails from here.
      smtp === "" && !(settings.inbox && settings.monitoringHost === ""),
      {
        property: "vigie:surveysSmtp",
        given: smtp,
        allowed: "a mail server, where there is no inbox on the services' host",
        fix: "Set it, such as smtp://mail.example:25; or set vigie:inbox to true for development.",
      },
    ],
  ];
  return rows.filter(([wrong]) => wrong).map(([, problem]) => problem);
}
