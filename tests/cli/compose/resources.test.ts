import { expect, test } from "vitest";
import {
  observabilityContainers,
  parseResources,
  programName,
  runningContainers,
} from "../../../cli/compose/resources.ts";
import { container, writer } from "./resources.ts";

const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

test("an export's secrets are in clear, also nested ones, and the engine's notes are gone", () => {
  const uploads = [{ file: "/run/secrets/a", content: { ...SECRET, plaintext: '"x"' } }];
  const resources = [
    {
      urn: "urn:pulumi:dev::vigie::t::a",
      type: "t",
      inputs: { __defaults: ["b"], uploads: { ...SECRET, plaintext: JSON.stringify(uploads) } },
    },
  ];
  expect(parseResources(JSON.stringify({ deployment: { resources } }))).toEqual([
    {
      urn: "urn:pulumi:dev::vigie::t::a",
      type: "t",
      inputs: { uploads: [{ file: "/run/secrets/a", content: "x" }] },
      dependencies: [],
    },
  ]);
});

test("a stack that was never up has no resources", () => {
  expect(parseResources('{"deployment":{"resources":null}}')).toEqual([]);
});

test("what never starts is no running container", () => {
  const resources = [container("shop", {}), writer("shop", { password: "x" })];
  expect(runningContainers(resources).map(programName)).toEqual(["shop"]);
});

test("those of the monitoring stack and the exporters are for observability; services and the inbox are not", () => {
  const within = (parents: string, name: string) => {
    const made = container(name, {});
    return { ...made, urn: `urn:pulumi:dev::vigie::${parents}$${made.type}::${name}-container` };
  };
  const resources = [
    within("vigie:index:MonitoringStack$vigie:index:Loki", "loki"),
    within("vigie:index:Postgres", "postgres"),
    within("vigie:index:Postgres", "postgres-exporter"),
    within("vigie:index:Inbox", "inbox-mail"),
    { ...writer("grafana", {}), urn: "urn::vigie:index:MonitoringStack$x::grafana-secret-writer" },
  ];
  expect(observabilityContainers(resources)).toEqual(["vigie-dev-loki", "vigie-dev-postgres-exporter"]);
});
