import { X509Certificate } from "node:crypto";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Declared, declared } from "../components/program.ts";
import { manners, registered, resource, startMocks, types } from "../components/recorder.ts";

const STAND_IN = { systems: ["surveys"], surveysStandIn: true };

const HUNDRED_AND_ONE = Array.from({ length: 101 }, (_, index) => `host-${index}.example:443`);

/** Who asks whom, of the services of the system. */
function callsOf({ flows }: Declared): string[] {
  const own = /^(?:gateway|survey|auth|health|redcap-stand-in|surveys-redis)(?:-1)?$/;
  const calls = flows.filter(({ from }) => own.test(from)).map(({ from, to }) => `${from} > ${to}`);
  return [...new Set(calls)].sort();
}

/** A value without the wrapping of a secret. */
const bare = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "value" in value ? value.value : value;

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
  const envOf = (name: string): string[] => {
    const container = registered.find(({ type, inputs }) => type === types.container && inputs.name === name);
    return ((container?.inputs.envs as string[]) ?? []).sort();
  };
  const about = (name: string) =>
    envOf(name).filter((line) => /CALL|KEYS_FILE|CERTIFICATE|AUTHORIT|JWK|_URL=/.test(line));

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
      expect(envOf(`vigie-test-${name}-1`)).toContain("API_KEYS_FILE=/run/secrets/api-keys");
      const taken = filesOf(name)["api-keys"]?.split("\n") ?? [];
      expect(taken).toHaveLength(2);
      expect(taken[0]).toMatch(/^[\w-]{40}$/);
      expect(taken[0]).toBe(sent[index]);
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
      expect(envOf(`vigie-test-${name}-1`)).toEqual(
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
      expect(envOf(`vigie-test-${name}-1`)).toEqual(
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
