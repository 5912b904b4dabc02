import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  type EnvironmentFacts,
  exportLines,
  loginUrl,
  mergedEnvironment,
  pulumiEnvironment,
  shellQuote,
  userEnvironment,
  userPulumiHome,
} from "../../cli/environment.ts";

const bare: EnvironmentFacts = {
  env: {},
  cache: "/c/vigie",
  state: "/s/vigie",
  clone: "/w/vigie",
  login: undefined,
  offline: {},
};

test("where nothing is set, a backend and a passphrase of our own are used", () => {
  expect(pulumiEnvironment(bare)).toEqual({
    variables: {
      PULUMI_BACKEND_URL: "file:///s/vigie/pulumi",
      PULUMI_CONFIG_PASSPHRASE_FILE: "/s/vigie/passphrase",
      PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    },
    backend: "file:///s/vigie/pulumi",
    ownBackend: true,
    ownPassphrase: "/s/vigie/passphrase",
  });
});

test("a login of the user's is used as it is", () => {
  expect(pulumiEnvironment({ ...bare, login: "https://pulumi.example" })).toEqual({
    variables: { PULUMI_SKIP_UPDATE_CHECK: "true" },
    backend: "https://pulumi.example",
    ownBackend: false,
  });
});

test("a login to a backend that keeps no secrets gets our passphrase, unless the stack has one already", () => {
  const facts = { ...bare, state: mkdtempSync(join(tmpdir(), "vigie-state-")), login: "s3://states" };
  const file = join(facts.state, "passphrase");
  expect(pulumiEnvironment(facts).ownPassphrase).toBe(file);
  expect(pulumiEnvironment({ ...facts, salted: true }).ownPassphrase).toBeUndefined();
  writeFileSync(file, "made by an earlier up");
  expect(pulumiEnvironment({ ...facts, salted: true }).ownPassphrase).toBe(file);
});

test("a backend of the user's is used as it is", () => {
  const { variables, ownBackend } = pulumiEnvironment({ ...bare, env: { PULUMI_BACKEND_URL: "s3://states" } });
  expect(ownBackend).toBe(false);
  expect(variables.PULUMI_BACKEND_URL).toBeUndefined();
  expect(variables.PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER).toBeUndefined();
});

test("a backend that keeps secrets itself gets no passphrase of ours", () => {
  const { variables } = pulumiEnvironment({ ...bare, env: { PULUMI_BACKEND_URL: "https://pulumi.example" } });
  expect(variables.PULUMI_CONFIG_PASSPHRASE_FILE).toBeUndefined();
});

test.each([{ PULUMI_CONFIG_PASSPHRASE: "" }, { PULUMI_CONFIG_PASSPHRASE_FILE: "/home/ada/passphrase" }])(
  "a passphrase of the user's is used as it is: %o",
  (env) => {
    const environment = pulumiEnvironment({ ...bare, env });
    expect(environment.ownPassphrase).toBeUndefined();
    expect(environment.variables.PULUMI_CONFIG_PASSPHRASE_FILE).toBeUndefined();
  },
);

test("a shell that ran our own lines gives the same answer again", () => {
  const first = pulumiEnvironment({ ...bare, offline: { PULUMI_HOME: "/c/vigie/pulumi-home" } });
  const env = userEnvironment(first.variables, bare.cache);
  expect(env.PULUMI_HOME).toBeUndefined();
  expect(pulumiEnvironment({ ...bare, env, offline: { PULUMI_HOME: "/c/vigie/pulumi-home" } })).toEqual(first);
});

test("what offline's home starts is taken from this clone, whatever a shell has from another", () => {
  const offline = { PULUMI_HOME: "/c/vigie/pulumi-home" };
  const env = { VIGIE_CLONE: "/w/gone" };
  expect(pulumiEnvironment({ ...bare, env, offline }).variables.VIGIE_CLONE).toBe("/w/vigie");
  expect(pulumiEnvironment(bare).variables.VIGIE_CLONE).toBeUndefined();
});

test("offline's home does not hide a login that the user has elsewhere", () => {
  const { variables } = pulumiEnvironment({
    ...bare,
    login: "https:",
    offline: { PULUMI_HOME: "/c/vigie/pulumi-home" },
  });
  expect(variables).toMatchObject({
    PULUMI_HOME: "/c/vigie/pulumi-home",
    PULUMI_CREDENTIALS_PATH: join(homedir(), ".pulumi"),
  });
});

test("the engine of another Docker context is named, unless the user names one", () => {
  const dockerHost = "unix:///home/ada/docker.sock";
  expect(pulumiEnvironment({ ...bare, dockerHost }).variables.DOCKER_HOST).toBe(dockerHost);
  const env = { DOCKER_HOST: "tcp://127.0.0.1:2375" };
  expect(pulumiEnvironment({ ...bare, dockerHost, env }).variables.DOCKER_HOST).toBeUndefined();
});

test("a Pulumi home in the cache is not taken for the user's", () => {
  expect(userPulumiHome({ PULUMI_HOME: "/c/vigie/pulumi-home" }, "/c/vigie")).toBe(join(homedir(), ".pulumi"));
  expect(userPulumiHome({ PULUMI_HOME: "/home/ada/p" }, "/c/vigie")).toBe("/home/ada/p");
});

test.each([
  ['{"current":"https://pulumi.example","accessTokens":{}}', "https://pulumi.example"],
  ['{"current":"file://~"}', "file://~"],
  ['{"accessTokens":{},"accounts":{}}', undefined],
  ["{}", undefined],
  ["", undefined],
  ["not JSON: encrypted", "https:"],
  ['{"envelope":1}', "https:"],
])("credentials %s are a login to %s", (text, expected) => {
  const home = mkdtempSync(join(tmpdir(), "vigie-home-"));
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "credentials.json"), text);
  expect(loginUrl({ PULUMI_HOME: home }, "/c/vigie")).toBe(expected);
});

test("an access token is a login, no file is none", () => {
  const home = mkdtempSync(join(tmpdir(), "vigie-home-"));
  expect(loginUrl({ PULUMI_HOME: home, PULUMI_ACCESS_TOKEN: "t" }, "/c/vigie")).toBe("https:");
  expect(loginUrl({ PULUMI_HOME: home }, "/c/vigie")).toBeUndefined();
});

test("a shell reads the printed lines as exactly the values that were meant", () => {
  const nasty = `a'b"c $HOME \`id\` \\ \n end`;
  const lines = exportLines({
    variables: { VIGIE_B: nasty, VIGIE_A: "plain" },
    backend: "file:///s",
    ownBackend: true,
    pathDirectory: "/opt/with space/bin",
  });
  const script = `${lines.join("\n")}\nprintf '%s|%s|%s' "$VIGIE_A" "$VIGIE_B" "$PATH"`;
  const output = execFileSync("/bin/sh", ["-c", script], { encoding: "utf8", env: { PATH: "/usr/bin:/bin" } });
  expect(output).toBe(`plain|${nasty}|/opt/with space/bin:/usr/bin:/bin`);
  expect(shellQuote("it's")).toBe(`'it'\\''s'`);
});

test("our Node goes first on the PATH, once", () => {
  const pulumi = { variables: {}, backend: "file:///s", ownBackend: true, pathDirectory: "/c/node/bin" };
  expect(mergedEnvironment({ PATH: "/usr/bin" }, pulumi).PATH).toBe("/c/node/bin:/usr/bin");
  expect(mergedEnvironment({ PATH: "/c/node/bin:/usr/bin" }, pulumi).PATH).toBe("/c/node/bin:/usr/bin");
});
