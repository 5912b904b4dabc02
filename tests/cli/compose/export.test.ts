import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { exportOf } from "../../../cli/compose/export.ts";
import { HIDDEN, parseResources } from "../../../cli/compose/resources.ts";
import { renderLandingInput, renderLandingScript } from "../../../config/landing.ts";
import { container, network, resource, volume, writer } from "./resources.ts";

const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

const landing = (directory: string, owner: string, path: string, content: string) =>
  resource("command:local:Command", `${owner}-config`, {
    create: renderLandingScript({ directory, owner }),
    stdin: renderLandingInput([{ path, content }]),
  });

const shop = container("shop", {
  ports: [{ internal: 8080, external: 80, ip: "127.0.0.1", protocol: "tcp" }],
  volumes: [
    { containerPath: "/data", volumeName: "vigie-dev-data" },
    { containerPath: "/etc/shop", hostPath: "/home/it's mine/hot/shop", readOnly: true },
    { containerPath: "/var/log", hostPath: "/var/log", readOnly: true },
    { containerPath: "/run/secrets", volumeName: "vigie-dev-shop-secrets", readOnly: true },
  ],
});
const resources = [
  shop,
  writer("shop", { password: HIDDEN, "payment-key": HIDDEN }),
  volume("vigie-dev-data"),
  volume("vigie-dev-shop-secrets"),
  network("vigie-dev-app", true, {}),
  landing("/home/it's mine/hot/shop", "shop", "shop.yml", "price: 5\n"),
  landing("/home/it's mine/hot/shop", "more", "routes/more.yml", "a: 1\nb: $2\n"),
];

describe("exportOf", () => {
  const { files, secrets } = exportOf("vigie/dev", resources);
  const text = files["docker-compose.yml"] ?? "";
  const file = parse(text);

  it("has the ports of the stack, and a project and volumes of its own", () => {
    expect(file.name).toBe("vigie-dev-compose");
    expect(file.services["vigie-dev-shop"].ports).toEqual([
      { host_ip: "127.0.0.1", target: 8080, published: "80", protocol: "tcp" },
    ]);
    expect(Object.keys(file.volumes)).toEqual(["vigie-dev-data"]);
    expect(file.services["vigie-dev-shop"].labels["vigie.stack"]).toBe("vigie-dev/compose");
    expect(file.services["vigie-dev-shop"]).not.toHaveProperty("pull_policy");
  });

  it("names each secret as a file, and has the text of none", () => {
    expect(file.secrets).toEqual({
      "vigie-dev-shop-secrets.password": { file: "./secrets/vigie-dev-shop-secrets/password" },
      "vigie-dev-shop-secrets.payment-key": { file: "./secrets/vigie-dev-shop-secrets/payment-key" },
    });
    expect(file.services["vigie-dev-shop"].secrets).toEqual([
      { source: "vigie-dev-shop-secrets.password", target: "/run/secrets/password" },
      { source: "vigie-dev-shop-secrets.payment-key", target: "/run/secrets/payment-key" },
    ]);
    expect(secrets).toEqual(["secrets/vigie-dev-shop-secrets/password", "secrets/vigie-dev-shop-secrets/payment-key"]);
    expect(text).toContain("#   secrets/vigie-dev-shop-secrets/password\n");
    expect(JSON.stringify(files)).not.toContain(HIDDEN);
  });

  it("has the files that programs read beside it, of all owners, and leaves what is the machine's where it is", () => {
    expect(file.services["vigie-dev-shop"].volumes).toEqual([
      { type: "volume", source: "vigie-dev-data", target: "/data", read_only: false },
      { type: "bind", source: "./config/shop", target: "/etc/shop", read_only: true },
      { type: "bind", source: "/var/log", target: "/var/log", read_only: true },
    ]);
    expect(Object.keys(files)).toEqual(["docker-compose.yml", "config/shop/shop.yml", "config/shop/routes/more.yml"]);
    expect(files["config/shop/routes/more.yml"]).toBe("a: 1\nb: $2\n");
  });

  it("has the steps that fill volumes as one script, for Compose's volumes", () => {
    const create = "set -eu\ndocker run --rm --volume vigie-dev-data:/code blog";
    const filled = exportOf("vigie/dev", [...resources, resource("command:local:Command", "fill", { create })]);
    expect(filled.files["fill.sh"]).toContain("docker run --rm --volume vigie-dev-compose_vigie-dev-data:/code blog");
    expect(filled.files["fill.sh"]).toMatch(/^#!\/bin\/sh\n/);
  });
});

it("knows the files of secrets from a state that has the whole list for one secret, and nothing that is in them", () => {
  const files = [{ file: "/run/secrets/password", content: "pssst", permissions: "0444" }];
  const hidden = { ...SECRET, plaintext: JSON.stringify(files) };
  const shopWriter = { ...writer("shop", {}), inputs: { ...writer("shop", {}).inputs, uploads: hidden } };
  const state = { deployment: { resources: [shop, shopWriter] } };
  const { files: written, secrets } = exportOf("vigie/dev", parseResources(JSON.stringify(state), "hidden"));
  expect(secrets).toEqual(["secrets/vigie-dev-shop-secrets/password"]);
  expect(JSON.stringify(written)).not.toContain("pssst");
});

describe("exportOf, refusing", () => {
  it("fails where nothing is deployed", () => {
    for (const none of [[], [volume("vigie-dev-data")]]) {
      expect(() => exportOf("vigie/dev", none)).toThrow(/vigie\/dev has no container: `npm run up` deploys it/);
    }
  });

  it("fails with a secret that is no file, and names where it is", () => {
    const inputs = { ...shop.inputs, envs: ["A=b", { ...SECRET, ciphertext: "v1:abc" }] };
    const state = { deployment: { resources: [{ ...shop, inputs }] } };
    expect(() => exportOf("vigie/dev", parseResources(JSON.stringify(state), "hidden"))).toThrow(
      /envs of .*::shop has a secret in it.*secretFiles/,
    );
  });

  it("fails with a secret in a file that programs read", () => {
    const hidden = { ...landing("/hot/shop", "shop", "shop.yml", "a: 1\n").inputs, stdin: HIDDEN };
    const leaky = resource("command:local:Command", "shop-config", hidden);
    expect(() => exportOf("vigie/dev", [shop, leaky])).toThrow(/the files of .*shop-config hold a secret/);
  });
});
