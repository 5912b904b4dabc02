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

  it("have a key for each service that is asked, and the gateway has all of them", () => {
    const keysOf = (name: string) => {
      const service = registered.find(({ type, inputs }) => type === types.container && inputs.name === name);
      return ((service?.inputs.envs as string[]) ?? []).filter((line) => /_KEYS_FILE=/.test(line)).sort();
    };
    // What is written for its containers to read.
    const keysIn = (name: string): string[] => {
      const files = JSON.stringify(resource(types.container, `${name}-secret-writer`));
      return [...files.matchAll(/secret-of-(surveys-(?:survey|auth|health)-key)/g)].map(([, key = ""]) => key);
    };
    expect(keysOf("vigie-test-gateway-1")).toEqual([
      "AUTH_KEYS_FILE=/run/secrets/auth-keys",
      "HEALTH_KEYS_FILE=/run/secrets/health-keys",
      "SURVEY_KEYS_FILE=/run/secrets/survey-keys",
    ]);
    for (const name of ["survey", "auth", "health"]) {
      expect(keysOf(`vigie-test-${name}-1`)).toEqual(["API_KEYS_FILE=/run/secrets/api-keys"]);
      expect(keysIn(name)).toEqual([`surveys-${name}-key`]);
    }
    expect(keysIn("gateway").sort()).toEqual(["surveys-auth-key", "surveys-health-key", "surveys-survey-key"]);
    expect(keysOf("vigie-test-redcap-stand-in-1")).toEqual([]);
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
