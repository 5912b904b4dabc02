import { describe, expect, it } from "vitest";
import { DeclarationError } from "../../services/problems.ts";
import { defineService, type ServiceSpec } from "../../services/service.ts";

const spec: ServiceSpec = {
  name: "shop",
  image: { reference: "docker.io/library/shop:1" },
  port: 5000,
  health: ["CMD", "true"],
};

const problems = (change: Partial<ServiceSpec>): string[] => {
  try {
    defineService({ ...spec, ...change });
  } catch (error) {
    if (error instanceof DeclarationError) return error.problems.map(({ property }) => property);
    throw error;
  }
  return [];
};

describe("a wrong declaration", () => {
  it.each<[string, Partial<ServiceSpec>, string]>([
    ["a name with capitals", { name: "Shop" }, "name"],
    ["an empty name", { name: "" }, "name"],
    ["a name of 41 letters", { name: "a".repeat(41) }, "name"],
    ["a port that needs root", { port: 80 }, "port"],
    ["a port above all ports", { port: 65_536 }, "port"],
    ["half a port", { port: 5000.5 }, "port"],
    ["no replica", { replicas: 0 }, "replicas"],
    ["root as its user", { user: "0:0" }, "user"],
    ["a user by name", { user: "www" }, "user"],
    ["memory without a unit", { limits: { memory: "256" } }, "limits.memory"],
    ["less memory than Docker takes", { limits: { memory: "1MiB" } }, "limits.memory"],
    ["no processes", { limits: { processes: 0 } }, "limits.processes"],
    ["no processor", { limits: { cpus: "0" } }, "limits.cpus"],
    ["a route without a slash", { route: { pathPrefix: "api" } }, "route.pathPrefix"],
    ["a route that breaks out of its rule", { route: { pathPrefix: "/a`) || Path(`/b" } }, "route.pathPrefix"],
    ["a route with an empty part", { route: { pathPrefix: "//api" } }, "route.pathPrefix"],
    ["a route that goes up", { route: { pathPrefix: "/a/../b" } }, "route.pathPrefix"],
    ["a route that is spelled in hexadecimal", { route: { pathPrefix: "/%61pi" } }, "route.pathPrefix"],
    ["a host name with a path", { route: { pathPrefix: "/", hostname: "a/b" } }, "route.hostname"],
    ["a probe of another route", { route: { pathPrefix: "/api", probePath: "/apiary" } }, "route.probePath"],
    ["a probe with a blank", { route: { pathPrefix: "/api", probePath: "/api?q=a b" } }, "route.probePath"],
    ["a limit of a body without a unit", { route: { pathPrefix: "/", bodyLimit: "5MB" as "5MiB" } }, "route.bodyLimit"],
    ["no body at all", { route: { pathPrefix: "/", bodyLimit: "0KiB" } }, "route.bodyLimit"],
    ["a limit above every disk", { route: { pathPrefix: "/", bodyLimit: "1025GiB" } }, "route.bodyLimit"],
    ["a health check that is no command", { health: ["true"] }, "health"],
    ["a secret in the environment", { env: { DATABASE_PASSWORD: "x" } }, "env.DATABASE_PASSWORD"],
    ["a variable that no shell knows", { env: { "A-B": "x" } }, "env.A-B"],
    ["a name outside without a port", { outside: ["pay.example"] }, "outside[0]"],
    ["the container itself as outside", { outside: ["https://pay.example", "http://localhost:80"] }, "outside[1]"],
    ["a user in an address outside", { outside: ["https://me:secret@pay.example"] }, "outside[0]"],
    ["a secret file in a directory", { secretFiles: ["a/b"] }, "secretFiles[0]"],
    ["the root as a directory in memory", { tmpfs: ["/"] }, "tmpfs[0]"],
    ["no time to stop", { stopSeconds: 0 }, "stopSeconds"],
    ["an owner that is no name", { owner: "The Team" }, "owner"],
  ])("fails with %s", (_, change, property) => {
    expect(problems(change)).toEqual([property]);
  });

  it("fails with all problems at once", () => {
    expect(problems({ name: "", port: 1, replicas: -1 })).toEqual(["name", "port", "replicas"]);
  });

  it("fails without showing the secret", () => {
    expect(() => defineService({ ...spec, env: { API_KEY: "do-not-show" } })).toThrow(/secretFiles/);
    expect(() => defineService({ ...spec, env: { API_KEY: "do-not-show" } })).not.toThrow(/do-not-show/);
  });

  it("fails with what was given, what is allowed, and the fix", () => {
    expect(() => defineService({ ...spec, port: 80 })).toThrow(
      'service "shop" is refused:\n  - port: got 80; allowed: a whole number from 1024 to 65535. Lower ports need root',
    );
  });
});
