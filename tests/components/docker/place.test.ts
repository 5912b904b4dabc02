import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { pageAddressOf } from "../../../components/docker/place.ts";
import { settle, startMocks } from "../recorder.ts";

beforeAll(startMocks);
afterEach(() => vi.unstubAllEnvs());

describe("the address in the URLs of a host", () => {
  it.each([
    [{}, "localhost"],
    [{ bindAddress: "127.0.0.2" }, "localhost"],
    [{ bindAddress: "0.0.0.0" }, "192.0.2.10"],
    [{ bindAddress: "203.0.113.9" }, "203.0.113.9"],
    [{ bindAddress: "0.0.0.0", pageAddress: "shop.example" }, "shop.example"],
  ])("told %j, is %s", (args, page) => {
    expect(pageAddressOf(args, "192.0.2.10")).toBe(page);
  });

  it.each([
    ["this machine's engine", "unix:///var/run/docker.sock", "localhost"],
    ["an engine elsewhere", "tcp://192.0.2.30:2376", "192.0.2.30"],
    ["an engine of this machine by its loopback", "tcp://127.0.0.1:2375", "localhost"],
  ])("is that of %s, for who is not on it", async (_, dockerHost, page) => {
    const { LocalDockerHost } = await import("../../../components/index.ts");
    const args = { checkMachine: false, bindAddress: "0.0.0.0" };
    expect(new LocalDockerHost("one", { ...args, dockerHost }).pageAddress).toBe(page);
    vi.stubEnv("DOCKER_HOST", dockerHost);
    expect(new LocalDockerHost("other", args).pageAddress).toBe(page);
    await settle();
  });
});
