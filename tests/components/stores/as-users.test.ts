import { describe, expect, it } from "vitest";
import { asUsers, type Connection, type Dependency } from "../../../components/index.ts";

const store: Dependency = {
  name: "redis",
  exporter: true,
  connectionFor: (service): Connection => {
    if (service === "stranger") throw new Error("no user stranger");
    return {
      env: { REDIS_HOST: "redis", REDIS_USER: service, REDIS_PASSWORD_FILE: "/run/secrets/redis-password" },
      secrets: { "redis-password": `password of ${service}` },
      network: "services",
      reaches: ["redis:6379"],
      dependsOn: [],
    };
  },
};

describe("a store for a service with others within it", () => {
  it("is known as itself and as each of them, with a password each, by one connection", () => {
    const connection = asUsers(store, ["survey", "look-out"]).connectionFor("gateway");
    expect(connection.env).toEqual({
      REDIS_HOST: "redis",
      REDIS_USER: "gateway",
      REDIS_PASSWORD_FILE: "/run/secrets/redis-password",
      SURVEY_REDIS_HOST: "redis",
      SURVEY_REDIS_USER: "survey",
      SURVEY_REDIS_PASSWORD_FILE: "/run/secrets/survey-redis-password",
      LOOK_OUT_REDIS_HOST: "redis",
      LOOK_OUT_REDIS_USER: "look-out",
      LOOK_OUT_REDIS_PASSWORD_FILE: "/run/secrets/look-out-redis-password",
    });
    expect(connection.secrets).toEqual({
      "redis-password": "password of gateway",
      "survey-redis-password": "password of survey",
      "look-out-redis-password": "password of look-out",
    });
    expect(connection.reaches).toEqual(["redis:6379"]);
  });

  it("is the store itself where nothing is within, and as optional and as watched as that", () => {
    const same = asUsers(store, []);
    expect(same.connectionFor("gateway")).toEqual(store.connectionFor("gateway"));
    expect(same).toMatchObject({ name: "redis", exporter: true, optional: false });
    expect(asUsers({ ...store, optional: true }, []).optional).toBe(true);
  });

  it("fails with one that the store doesn't know", () => {
    expect(() => asUsers(store, ["stranger"]).connectionFor("gateway")).toThrow("no user stranger");
  });
});
