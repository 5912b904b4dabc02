import { createHash, X509Certificate } from "node:crypto";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Declared, declared } from "../components/program.ts";
import { manners, registered, resource, startMocks, types } from "../components/recorder.ts";

const STAND_IN = { systems: ["surveys"], surveysStandIn: true };

const HUNDRED_AND_ONE = Array.from({ length: 101 }, (_, index) => `host-${index}.example:443`);

/** Who asks whom, of the services of the system. */
function callsOf({ flows }: Declared): string[] {
  const own = /^(?:gateway|survey|auth|health|redcap-stand-in|surveys-redis)(?:-\d)?$/;
  const calls = flows.filter(({ from }) => own.test(from)).map(({ from, to }) => `${from} > ${to}`);
  return [...new Set(calls)].sort();
}

/** A value without the wrapping of a secret. */
const bare = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "value" in value ? value.value : value;
/** What containers of a service are told, by name; of the last stack. */
function envOf(container: string): Readonly<Record<string, string>> {
  const found = registered.find(
    ({ type, inputs }) =>
      type === types.container && inputs.name === `vigie-test-${container}` && inputs.start !== false,
  );
  const lines = (found?.inputs.envs as string[]) ?? [];
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s, 2) as [string, string]));
}

/** The files of a set of secrets. */
function secretsOf(set: string): string[] {
  const writer = JSON.stringify(resource(types.container, `${set}-secret-writer`));
  return [...writer.matchAll(/"file":"\/run\/secrets\/([^"]+)"/g)].map(([, file = ""]) => file).sort();
}

/** Containers of the services, without the stand-in. */
function servicesRunning(): string[] {
  const names = registered
    .filter(({ type, inputs }) => type === types.container && inputs.start !== false)
    .map(({ inputs }) => String(inputs.name).replace("vigie-test-", ""));
  return names.filter((name) => /^(?:gateway|survey|auth|health)-\d$/.test(name)).sort();
}

describe("the surveys", () => {
  it("ask along the lines of the drawing, and nobody else", async () => {
    await startMocks();
    const stack = await declared(STAND_IN);
    expect(callsOf(stack)).toEqual([
      "auth-1 > collector",
      "auth-1 > inbox-mail",
      "auth-1 > surveys-redis",
      "gateway-1 > auth-1",
      "gateway-1 > collector",
      "gateway-1 > health-1",
      "gateway-1 > survey-1",
      "gateway-1 > surveys-redis",
      "gateway-2 > auth-1",
      "gateway-2 > collector",
      "gateway-2 > health-1",
      "gateway-2 > survey-1",
      "gateway-2 > surveys-redis",
      "health-1 > collector",
      "redcap-stand-in-1 > collector",
      "survey-1 > collector",
      "survey-1 > redcap-stand-in-1",
      "survey-1 > surveys-redis",
    ]);
  });

  it("have their secrets as files, and none in a container's environment", () => {
    const services = registered.filter(({ type, inputs }) => type === types.container && inputs.start !== false);
    const names = services.map(({ inputs }) => String(inputs.name));
    for (const name of ["gateway-1", "survey-1", "auth-1", "health-1", "redcap-stand-in-1"]) {
      expect(names).toContain(`vigie-test-${name}`);
    }
    const env = services.flatMap(({ inputs }) => (inputs.envs as string[]) ?? []);
    expect(env.filter((line) => /(PASSWORD|TOKEN|KEY)S?=/.test(line))).toEqual([]);
  });

  /** What is written for the containers of a service to read: file to text. */
  const filesOf = (name: string): Record<string, string> => {
    const { uploads } = resource(types.container, `${name}-secret-writer`);
    const written = bare(uploads) as readonly { readonly file: string; readonly content: unknown }[];
    return Object.fromEntries(written.map(({ file, content }) => [path.basename(file), String(bare(content))]));
  };
  const linesOf = (name: string): string[] => {
    const container = registered.find(({ type, inputs }) => type === types.container && inputs.name === name);
    return ((container?.inputs.envs as string[]) ?? []).sort();
  };
  const about = (name: string) =>
    linesOf(name).filter((line) => /CALL|KEYS_FILE|CERTIFICATE|AUTHORIT|JWK|_URL=/.test(line));

  it("have a key for each service that is asked, and the gateway has all of them, but not the next ones", () => {
    expect(about("vigie-test-gateway-1")).toEqual(
      expect.arrayContaining([
        "AUTH_KEYS_FILE=/run/secrets/auth-keys",
        "HEALTH_KEYS_FILE=/run/secrets/health-keys",
        "SURVEY_KEYS_FILE=/run/secrets/survey-keys",
        "SURVEY_URL=http://survey:3001",
      ]),
    );
    const gateway = filesOf("gateway");
    const sent = ["survey", "auth", "health"].map((name) => gateway[`${name}-keys`] ?? "");
    expect(new Set(sent).size).toBe(3);
    for (const [index, name] of ["survey", "auth", "health"].entries()) {
      expect(linesOf(`vigie-test-${name}-1`)).toContain("API_KEYS_FILE=/run/secrets/api-keys");
      const taken = filesOf(name)["api-keys"]?.split("\n") ?? [];
      expect(taken).toHaveLength(2);
      expect(sent[index]).toMatch(/^[\w-]{40}$/);
      const digest = createHash("sha256")
        .update(sent[index] ?? "")
        .digest("hex");
      expect(taken[0]).toBe(`sha256:${digest}`);
    }
    expect(about("vigie-test-redcap-stand-in-1").filter((line) => /KEYS/.test(line))).toEqual([]);
  });

  it("keep their containers where keys are changed: they read them anew", () => {
    const labels = (name: string) =>
      JSON.stringify(registered.find(({ inputs }) => inputs.name === `vigie-test-${name}`)?.inputs.labels);
    for (const name of ["gateway-1", "survey-1", "auth-1", "health-1"]) {
      expect(labels(name)).not.toContain("vigie.secret-files");
    }
  });

  it("prove who calls by tokens where that is set: private keys are the caller's alone", async () => {
    await startMocks();
    await declared({ ...STAND_IN, surveysCallAuth: "jwt", surveysKeys: 4 });
    expect(about("vigie-test-gateway-1")).toEqual(
      expect.arrayContaining(["SURVEY_CALL_AUTH=jwt", "SURVEY_SIGNING_JWK_FILE=/run/secrets/survey-signing-jwk"]),
    );
    expect(JSON.parse(filesOf("gateway")["survey-signing-jwk"] ?? "")).toMatchObject({
      kid: "gateway.4",
      crv: "Ed25519",
    });
    for (const name of ["survey", "auth", "health"]) {
      expect(linesOf(`vigie-test-${name}-1`)).toEqual(
        expect.arrayContaining(["CALLERS=gateway", "CALL_AUTH=jwt", "CALL_JWKS_FILE=/run/secrets/call-jwks"]),
      );
      const { keys } = JSON.parse(filesOf(name)["call-jwks"] ?? "") as { keys: Record<string, string>[] };
      expect(keys.map(({ kid }) => kid)).toEqual(["gateway.4", "gateway.5", "gateway.3"]);
      expect(keys.flatMap(Object.keys)).not.toContain("d");
      expect(Object.keys(filesOf(name))).not.toContain("api-keys");
    }
  });

  it("prove it by certificates where that is set, and are scraped and probed at a port of its own", async () => {
    await startMocks();
    await declared({ ...STAND_IN, surveysCallAuth: "mutual-tls" });
    expect(about("vigie-test-gateway-1")).toEqual(
      expect.arrayContaining(["SURVEY_CALL_AUTH=mutual-tls", "SURVEY_URL=https://survey:3001"]),
    );
    expect(filesOf("gateway")["survey-certificate"]).toMatch(/^-----BEGIN CERTIFICATE-----/);
    for (const [name, port] of [
      ["survey", 3001],
      ["auth", 3002],
      ["health", 3003],
    ] as const) {
      expect(linesOf(`vigie-test-${name}-1`)).toEqual(
        expect.arrayContaining(["CALLERS=gateway", "CALL_AUTH=mutual-tls", "OPERATIONS_PORT=9100"]),
      );
      const container = registered.find(({ inputs }) => inputs.name === `vigie-test-${name}-1`);
      const check = JSON.stringify(container?.inputs.healthcheck);
      expect(check).toContain("9100");
      expect(check).not.toContain(String(port));
      const certificate = new X509Certificate(filesOf(name)["call-certificate"] ?? "");
      expect(JSON.stringify(registered)).toContain(`vigie-test-${name}-1:9100`);
      expect(certificate.subjectAltName).toBe(`DNS:${name}, DNS:vigie-test-${name}-1`);
    }
  });

  it("ask REDCap itself and a mail server where they are given, and have no stand-in then", async () => {
    const given = {
      surveysStandIn: false,
      surveysRedcapUrl: "https://redcap.example/api/",
      surveysRedcapToken: "0123",
      surveysSmtp: "smtp://mail.example:25",
    };
    const stack = await declared({ systems: ["surveys"], ...given }, ["surveysRedcapToken"]);
    const calls = callsOf(stack);
    expect(calls).toContain("survey-1 > redcap.example");
    expect(calls).toContain("auth-1 > mail.example");
    expect(calls.join()).not.toMatch(/stand-in|inbox/);
  });

  it.each([true, false])(
    "keep the key of people's ids, whatever changes of how it is made; protected: %s",
    async (protectData) => {
      await startMocks();
      await declared({ ...STAND_IN, protectData });
      const kept = manners.kept.get("random:index/randomPassword:RandomPassword surveys-user-id-key");
      expect(kept).toEqual({ protect: protectData, ignored: ["length", "special"] });
    },
  );

  it("take no mail to an outside mail server without TLS, and mind none in the inbox", async () => {
    const envOf = async (name: string, settings: Record<string, unknown>) => {
      await startMocks();
      await declared({ systems: ["surveys"], surveysStandIn: true, ...settings });
      const service = registered.find(({ type, inputs }) => type === types.container && inputs.name === name);
      return service?.inputs.envs;
    };
    const outside = await envOf("vigie-test-auth-1", { surveysSmtp: "smtp://mail.example:25" });
    expect(outside).toContain("SMTP_REQUIRE_TLS=true");
    expect(String(await envOf("vigie-test-auth-1", {}))).not.toContain("SMTP_REQUIRE_TLS");
  });

  it.each([
    [{ surveysStandIn: false }, /surveysRedcapUrl.*surveysStandIn/s],
    [{ surveysStandIn: true, surveysRedcapUrl: "https://redcap.example/api/" }, /surveysStandIn.*surveysRedcapToken/s],
    [{ surveysStandIn: true, inbox: false, deadMansSwitch: false }, /surveysSmtp/],
    [{ surveysStandIn: true, surveysRedcapUrl: "redcap.example" }, /vigie:surveysRedcapUrl/],
    [{ surveysStandIn: true, surveysCallAuth: "key" }, /vigie:surveysCallAuth.*api-key, jwt, mutual-tls/s],
    [{ surveysStandIn: true, surveysKeys: 0 }, /vigie:surveysKeys/],
    [{ surveysStandIn: true, surveysCheckHosts: ["db"] }, /vigie:surveysCheckHosts/],
    [{ surveysStandIn: true, surveysCheckHosts: ["db:65536"] }, /vigie:surveysCheckHosts/],
    [{ surveysStandIn: true, surveysCheckHosts: [""] }, /vigie:surveysCheckHosts/],
    [{ surveysStandIn: true, surveysCheckHosts: ["db:1", "db:1"] }, /vigie:surveysCheckHosts/],
    [{ surveysStandIn: true, surveysCheckHosts: ["2001:db8::7:443"] }, /vigie:surveysCheckHosts/],
    [{ surveysStandIn: true, surveysCheckHosts: HUNDRED_AND_ONE }, /vigie:surveysCheckHosts/],
    [{ surveysRedcapUrl: "http://redcap.example/api/" }, /vigie:surveysRedcapUrl/],
    [{ surveysRedcapUrl: "https://redcap.example/api/?x=1" }, /vigie:surveysRedcapUrl/],
    [{ surveysRedcapUrl: "https://redcap.example/api/#x" }, /vigie:surveysRedcapUrl/],
    [{ surveysRedcapUrl: "https://a:b@redcap.example/api/" }, /vigie:surveysRedcapUrl/],
    [{ surveysRedcapUrl: "https://redcap.example:65536/api/" }, /vigie:surveysRedcapUrl/],
    [{ surveysStandIn: true, surveysSmtp: "smtp://mail.example/path" }, /vigie:surveysSmtp/],
    [{ surveysStandIn: true, surveysSmtp: "smtp://mail.example:65536" }, /vigie:surveysSmtp/],
    [{ surveysStandIn: true, surveysSmtp: "smtp://mail.example?x=1" }, /vigie:surveysSmtp/],
    [{ surveysStandIn: true, surveysSmtp: "smtp://" }, /vigie:surveysSmtp/],
  ])("refuse %j, and say what to set", async (settings, words) => {
    await expect(declared({ systems: ["surveys"], ...settings })).rejects.toThrow(words);
  });
});

describe("the stages of the surveys", () => {
  const deploy = async (surveysStage?: string, more: Record<string, unknown> = {}) => {
    await startMocks();
    return declared({ ...STAND_IN, ...more, ...(surveysStage === undefined ? {} : { surveysStage }) });
  };

  it("monolith: one process has all, asks what they ask, and is told what they are told", async () => {
    const stack = await deploy("monolith", { surveysCheckHosts: ["db.example:5432"] });
    expect(servicesRunning()).toEqual(["gateway-1", "gateway-2"]);
    expect(callsOf(stack).filter((call) => call.startsWith("gateway-1"))).toEqual([
      "gateway-1 > collector",
      "gateway-1 > db.example",
      "gateway-1 > inbox-mail",
      "gateway-1 > redcap-stand-in-1",
      "gateway-1 > surveys-redis",
    ]);
    expect(envOf("gateway-1")).toMatchObject({
      SURVEYS_SERVICE: "gateway",
      SURVEYS_WITHIN: "survey,auth,health",
      REDIS_USER: "gateway",
      SURVEY_REDIS_USER: "survey",
      SURVEY_REDIS_KEY_PREFIX: "survey:",
      SURVEY_REDIS_PASSWORD_FILE: "/run/secrets/survey-redis-password",
      AUTH_REDIS_USER: "auth",
      REDCAP_TOKEN_FILE: "/run/secrets/redcap-token",
      USER_ID_KEY_FILE: "/run/secrets/user-id-key",
      CHECK_HOSTS: "db.example:5432",
    });
    expect(
      Object.keys(envOf("gateway-1")).filter((name) => /_KEYS_FILE|(?:SURVEY|AUTH|HEALTH)_URL/.test(name)),
    ).toEqual([]);
    expect(secretsOf("gateway-monolith")).toEqual([
      "auth-redis-password",
      "redcap-token",
      "redis-password",
      "survey-redis-password",
      "user-id-key",
    ]);
  });

  it("extracted: survey has REDCap's token, and the gateway has it no longer", async () => {
    const stack = await deploy("extracted");
    expect(servicesRunning()).toEqual(["gateway-1", "gateway-2", "survey-1"]);
    expect(callsOf(stack).filter((call) => /^(?:gateway-1|survey-1)/.test(call))).toEqual([
      "gateway-1 > collector",
      "gateway-1 > inbox-mail",
      "gateway-1 > survey-1",
      "gateway-1 > surveys-redis",
      "survey-1 > collector",
      "survey-1 > redcap-stand-in-1",
      "survey-1 > surveys-redis",
    ]);
    expect(envOf("gateway-1")).toMatchObject({ SURVEYS_WITHIN: "auth,health", SURVEY_URL: "http://survey:3001" });
    expect(Object.keys(envOf("gateway-1")).filter((name) => /^(?:REDCAP_|SURVEY_REDIS_)/.test(name))).toEqual([]);
    expect(secretsOf("gateway-extracted")).toEqual([
      "auth-redis-password",
      "redis-password",
      "survey-keys",
      "user-id-key",
    ]);
    expect(secretsOf("survey")).toContain("redcap-token");
  });

  it("microservices, and where nothing is said: nothing is within, and the secrets stay where they were", async () => {
    for (const stage of ["microservices", undefined]) {
      await deploy(stage);
      expect(servicesRunning()).toEqual(["auth-1", "gateway-1", "gateway-2", "health-1", "survey-1"]);
      expect(Object.keys(envOf("gateway-1")).filter((name) => /WITHIN|REDCAP|SMTP|_REDIS_/.test(name))).toEqual([]);
      expect(secretsOf("gateway")).toEqual(["auth-keys", "health-keys", "redis-password", "survey-keys"]);
    }
  });

  it("is one Redis with the same users, and one inbox, in all of them: a move makes nothing of them anew", async () => {
    const kept = async (stage: string) => {
      await deploy(stage);
      return ["surveys-redis-container", "surveys-redis-secret-writer", "inbox-mail-container"].map((name) =>
        // The state of each program is in a directory of its own.
        JSON.stringify(resource(types.container, name)).replaceAll(/vigie-test-\w{6}\//g, ""),
      );
    };
    const [monolith, extracted, microservices] = [
      await kept("monolith"),
      await kept("extracted"),
      await kept("microservices"),
    ];
    expect(extracted).toEqual(monolith);
    expect(microservices).toEqual(monolith);
  });

  it.each([
    ["monolith", "gateway"],
    ["extracted", "gateway"],
    ["microservices", "health"],
  ])("%s: the alerts on hosts are of the job that looks, %s", async (stage, job) => {
    await deploy(stage);
    expect(JSON.stringify(registered)).toContain(`max by (job, host, port, tls) (host_check_up{job=\\"${job}\\"}`);
  });

  it("fails with a stage that is none, and with no gateway", async () => {
    await expect(deploy("microservice")).rejects.toThrow(/surveysStage.*monolith, extracted, microservices/s);
    await expect(deploy("monolith", { surveysGatewayReplicas: 0 })).rejects.toThrow(/surveysGatewayReplicas/);
  });
});
