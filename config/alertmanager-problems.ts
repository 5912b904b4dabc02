import { isDeepStrictEqual } from "node:util";
import type { Problem } from "../services/problems.ts";
import type { AlertPolicy, EmailReceiver, Receiver, WebhookReceiver } from "../signals/alert-policy.ts";

/** Every receiver that is used, as often as it is. */
export function receiversOf(policies: readonly AlertPolicy[], watchdog: Receiver | undefined): readonly Receiver[] {
  const used = policies.flatMap(({ notify }) => [
    ...(notify.critical ?? []),
    ...(notify.warning ?? []),
    ...(notify.info ?? []),
  ]);
  return watchdog === undefined ? used : [...used, watchdog];
}

/** Everything that is wrong with who hears of what; `[]` when all is well. */
export function alertmanagerProblems(policies: readonly AlertPolicy[], watchdog: Receiver | undefined): Problem[] {
  const receivers = receiversOf(policies, watchdog);
  return [
    ...policyProblems(policies),
    ...receivers.flatMap((receiver, index) => {
      const first = receivers.findIndex(({ name }) => name === receiver.name);
      if (first === index) return receiverProblems(receiver);
      return isDeepStrictEqual(receivers[first], receiver)
        ? []
        : [
            {
              property: "receivers",
              given: receiver.name,
              allowed: "one receiver of a name",
              fix: "Two different ones have it: rename one, or use one object in both places.",
            },
          ];
    }),
  ];
}

/**
 * The receivers whose secret is not there: each file that they name must be one of the secrets that Alertmanager gets.
 *
 * @param secrets names of the files in `/run/secrets`
 */
export function receiverSecretProblems(policies: readonly AlertPolicy[], secrets: readonly string[]): Problem[] {
  const problems = receiversOf(policies, undefined).flatMap((receiver): Problem[] => {
    const [key, file] =
      receiver.kind === "email" ? ["passwordFile", receiver.passwordFile] : ["urlFile", receiver.urlFile];
    if (file === undefined || secrets.some((secret) => file === `/run/secrets/${secret}`)) return [];
    return [
      {
        property: `receivers.${receiver.name}.${key}`,
        given: file,
        allowed:
          secrets.length === 0
            ? "the file of a secret, and none is given"
            : `one of ${secrets.map((secret) => `/run/secrets/${secret}`).join(", ")}`,
        fix: `Give the secret itself as \`secrets: { ${JSON.stringify(file.split("/").at(-1))}: … }\`; without it every notice is refused.`,
      },
    ];
  });
  return problems.filter(({ property }, index) => problems.findIndex((other) => other.property === property) === index);
}

function policyProblems(policies: readonly AlertPolicy[]): Problem[] {
  const problems: Problem[] = [];
  const taken = new Map<string, string>();
  for (const { name, services, notify } of policies) {
    const at = `policies.${name}`;
    if ((notify.critical ?? []).length === 0) {
      problems.push({
        property: `${at}.notify.critical`,
        given: [],
        allowed: "at least one receiver",
        fix: "A critical alert that nobody hears of is none.",
      });
    }
    if (services !== undefined && services.length === 0) {
      problems.push({
        property: `${at}.services`,
        given: [],
        allowed: "at least one service",
        fix: "Leave `services` out for all that no other policy names.",
      });
    }
    for (const service of services ?? ["(all others)"]) {
      if (services !== undefined && !/^[a-z][a-z0-9-]*$/.test(service)) {
        problems.push({ property: `${at}.services`, given: service, allowed: "a service's name" });
      }
      const other = taken.get(service);
      if (other !== undefined) {
        problems.push({ property: `${at}.services`, given: service, allowed: `what policy ${other} does not have` });
      }
      taken.set(service, name);
    }
  }
  return problems;
}

function receiverProblems(receiver: Receiver): Problem[] {
  const { name } = receiver;
  const problems = receiver.kind === "email" ? emailProblems(receiver) : webhookProblems(receiver);
  if (/^[a-zA-Z][a-zA-Z0-9-]*$/.test(name) && name !== "none") return problems;
  const allowed = 'letters, digits and -, and not "none"';
  return [{ property: "receivers", given: name, allowed }, ...problems];
}

function emailProblems(receiver: EmailReceiver): Problem[] {
  const at = `receivers.${receiver.name}`;
  const problems: Problem[] = [];
  const address = /^[^\s@,<>]+@[^\s@,<>]+$/;
  if (receiver.to.length === 0) {
    problems.push({ property: `${at}.to`, given: [], allowed: "at least one mail address" });
  }
  for (const to of receiver.to.filter((text) => !address.test(text))) {
    problems.push({ property: `${at}.to`, given: to, allowed: 'a mail address, such as "team@shop.example"' });
  }
  if (!address.test(receiver.from)) {
    problems.push({ property: `${at}.from`, given: receiver.from, allowed: "a mail address" });
  }
  if (!/^[A-Za-z0-9._-]+:\d{1,5}$/.test(receiver.smarthost)) {
    problems.push({
      property: `${at}.smarthost`,
      given: receiver.smarthost,
      allowed: 'host:port of a mail server, such as "mail.shop.example:587"',
    });
  }
  const { username, passwordFile } = receiver;
  if ((username === undefined) !== (passwordFile === undefined)) {
    const missing = username === undefined ? "username" : "passwordFile";
    problems.push({
      property: `${at}.${missing}`,
      given: undefined,
      allowed: "username and passwordFile, or neither",
      ...(username === undefined ? {} : { fix: "Without its secret the mail server refuses every notice." }),
    });
  }
  if (passwordFile !== undefined) problems.push(...fileProblems(`${at}.passwordFile`, passwordFile));
  return problems;
}

function webhookProblems({ name, url, urlFile }: WebhookReceiver): Problem[] {
  const at = `receivers.${name}`;
  if ((url === undefined) === (urlFile === undefined)) {
    return [{ property: `${at}.url`, given: url, allowed: "either url or urlFile" }];
  }
  if (urlFile !== undefined) return fileProblems(`${at}.urlFile`, urlFile);
  if (url === undefined || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    return [{ property: `${at}.url`, given: url, allowed: "an address with http:// or https://" }];
  }
  const { username, password } = new URL(url);
  if (username === "" && password === "") return [];
  return [
    {
      property: `${at}.url`,
      given: "(not shown)",
      allowed: "no user and password in it",
      fix: "The file that it lands in can be read on the host: give the address as urlFile.",
    },
  ];
}

function fileProblems(property: string, file: string): Problem[] {
  return file.startsWith("/") ? [] : [{ property, given: file, allowed: "an absolute path in the container" }];
}
