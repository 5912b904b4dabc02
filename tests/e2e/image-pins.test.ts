import { appendFileSync } from "node:fs";
import Docker from "dockerode";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { localEngine } from "../../cli/containers/docker/engine.ts";
import { ensureImage } from "../../offline/plugins/docker/pull.ts";
import { TestRegistry } from "../cli/oci-registry.ts";
import { run } from "./shell.ts";

/** This machine's Docker pulls from a registry on the loopback by the references that a pinned catalogue gives. */
describe("an image that is pinned by its digest", () => {
  let registry: TestRegistry;
  const pulled: string[] = [];
  const { images } = localEngine(process.env);
  const pull = (reference: string) => {
    pulled.push(reference);
    return images.pull(reference, () => undefined);
  };
  const label = async (reference: string) =>
    (await run("docker", ["image", "inspect", "--format", '{{index .Config.Labels "text"}}', reference])).output.trim();

  beforeAll(async () => {
    registry = await TestRegistry.start(false);
  });

  afterEach(async () => {
    for (const reference of pulled.splice(0)) await run("docker", ["image", "rm", "--force", reference]);
  });

  afterAll(() => registry.stop());

  it("is pulled, and found again, by tag and digest", async () => {
    const digest = await registry.push("app/shop", "1.0", "one");
    const reference = `${registry.host}/app/shop:1.0@${digest}`;
    expect(await images.has(reference)).toBe(false);
    expect(await pull(reference)).toMatchObject({ ok: true });
    expect(await images.has(reference)).toBe(true);
    expect(await label(reference)).toBe("one");
  });

  it("is pulled in the same way by the stand-in of Docker's plugin, and runs by that name", async () => {
    const digest = await registry.push("app/plugin", "1.0", "one");
    const reference = `${registry.host}/app/plugin:1.0@${digest}`;
    pulled.push(reference);
    await ensureImage(new Docker(), reference, AbortSignal.timeout(60_000));
    expect(await label(reference)).toBe("one");
    const created = await run("docker", ["create", "--name", "vigie-e2e-pinned", reference, "/none"]);
    await run("docker", ["rm", "vigie-e2e-pinned"]);
    expect(created).toMatchObject({ code: 0 });
  });

  it("is the same after its tag was moved, where the tag alone gives the other one", async () => {
    const digest = await registry.push("app/moved", "1.0", "one");
    await registry.push("app/moved", "1.0", "two");
    const tag = `${registry.host}/app/moved:1.0`;
    expect(await pull(`${tag}@${digest}`)).toMatchObject({ ok: true });
    expect(await label(`${tag}@${digest}`)).toBe("one");
    expect(await pull(tag)).toMatchObject({ ok: true });
    expect(await label(tag)).toBe("two");
  });

  it("fails where the registry has another image only", async () => {
    await registry.push("app/other", "1.0", "one");
    const { ok, words } = await pull(`${registry.host}/app/other:1.0@sha256:${"ab".repeat(32)}`);
    expect(ok).toBe(false);
    expect(words).toMatch(/manifest unknown|not found/);
  });

  it("fails where the registry sends something else under the digest", async () => {
    const digest = await registry.push("app/changed", "1.0", "one");
    appendFileSync(registry.blobFile(digest), " ");
    const { ok, words } = await pull(`${registry.host}/app/changed:1.0@${digest}`);
    expect(ok).toBe(false);
    expect(words).not.toBe("");
  });
});
