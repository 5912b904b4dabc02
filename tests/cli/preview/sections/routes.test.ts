import { describe, expect, it } from "vitest";
import { routes } from "../../../../cli/preview/sections/routes.ts";
import { renderTraefikRoute } from "../../../../config/traefik.ts";
import { landing } from "../events.ts";
import { container, found } from "../found.ts";

describe("routes and ports", () => {
  const route = (rule: string, more = "") =>
    `http:\n  routers:\n    shop:\n      rule: ${rule}\n      entryPoints: [web]\n      service: shop\n${more}    shop-foreign:\n      rule: x\n`;

  it("says what is opened, closed and moved, each once", () => {
    const edge = (old: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>) =>
      found(routes, [landing("edge", old, now)]);
    expect(edge({}, { "shop.yml": route("PathPrefix(`/`)") })).toEqual([
      "!opened: route shop: PathPrefix(`/`) at web to shop",
    ]);
    expect(edge({ "shop.yml": route("PathPrefix(`/`)") }, {})).toEqual([
      "!closed: route shop: PathPrefix(`/`) at web to shop",
    ]);
    expect(edge({ "shop.yml": route("a") }, { "shop.yml": route("b", "      middlewares: [auth@file]\n") })).toEqual([
      "!moved: route shop: b at web to shop through auth, no longer a at web to shop",
    ]);
  });

  it("has the routes in containers' labels, with what they lead to and through", () => {
    const label = (name: string, value: string) => ({ label: `traefik.http.routers.${name}`, value });
    const labelled = (rule: string) => ({
      labels: [
        { label: "vigie.component", value: "guest" },
        label("guest.rule", rule),
        label("guest.entrypoints", "web,websecure"),
        label("guest.middlewares", "auth@file"),
      ],
    });
    const step = container("update", "guest", "guest", labelled("Path(`/a`)"));
    expect(found(routes, [{ ...step, new: { ...step.new, ...labelled("Path(`/b`)") } }])).toEqual([
      "!moved: route guest: Path(`/b`) at web, websecure to guest through auth, no longer Path(`/a`) at web, websecure to guest through auth",
    ]);
  });

  it("says what each version of a service gets, and when that changes", () => {
    const at = (weight: number): Readonly<Record<string, string>> => {
      const split = { servers: ["vigie-dev-catalog-candidate-1:5000"], weight, sticky: false };
      const servers = ["vigie-dev-catalog-1:5000"];
      const [file] = renderTraefikRoute({ name: "catalog", pathPrefix: "/", servers, readyPath: "/ready", split });
      return { "catalog.yml": file?.content ?? "" };
    };
    const said = (before: number, after: number) => found(routes, [landing("edge", at(before), at(after))]);
    const to = (versions: string) => `PathPrefix(\`/\`) at web to catalog${versions}`;
    const moved = (versions: string, before: string) => [
      `!moved: route catalog: ${to(versions)}, no longer ${to(before)}`,
    ];
    expect(said(0, 10)).toEqual(moved(" (stable 90%, candidate 10%)", ""));
    expect(said(10, 25)).toEqual(moved(" (stable 75%, candidate 25%)", " (stable 90%, candidate 10%)"));
    expect(said(25, 100)).toEqual(moved(" (candidate 100%)", " (stable 75%, candidate 25%)"));
    expect(said(100, 0)).toEqual(moved("", " (candidate 100%)"));
    expect(said(10, 10)).toEqual([]);
  });

  it("says from which size on a body is refused, where only a pattern has it", () => {
    const refusal = (pattern: string) =>
      `http:\n  routers:\n    shop-large:\n      rule: Path(\`/\`) && HeaderRegexp(\`Content-Length\`, \`${pattern}\`)\n      service: noop@internal\n      middlewares: [body-too-large@file]\n`;
    // 1001 and more, then 21 and more.
    const [old, now] = [
      "^0*([1-9][0-9]{4,}|[2-9][0-9]{3}|1[1-9][0-9]{2}|10[1-9][0-9]|100[1-9])$",
      "^0*([1-9][0-9]{2,}|[3-9][0-9]|2[1-9])$",
    ];
    expect(found(routes, [landing("edge", { "a.yml": refusal(old ?? "") }, { "a.yml": refusal(now ?? "") })])).toEqual([
      "!moved: limit shop-large: refused through body-too-large: bodies of 21 bytes and more, no longer refused through body-too-large: bodies of 1001 bytes and more",
    ]);
    expect(found(routes, [landing("edge", {}, { "a.yml": refusal(".") })])).toEqual([
      "!opened: limit shop-large: refused through body-too-large",
    ]);
  });

  it("has the limits of the edge, and not what else stands between", () => {
    const limits = (average: number) =>
      `http:\n  middlewares:\n    rate: { rateLimit: { average: ${average}, period: 1s } }\n    users: { basicAuth: { usersFile: /x${average} } }\n`;
    expect(found(routes, [landing("edge", { "_base.yml": limits(200) }, { "_base.yml": limits(50) })])).toEqual([
      "!moved: limit rate: average 50, period 1s, no longer average 200, period 1s",
    ]);
  });

  it("has the ports of the host, and their address", () => {
    const port = (ip: string) => ({ ports: [{ external: 80, internal: 8000, ip }] });
    const step = container("replace", "edge", "edge", port("127.0.0.1"));
    expect(found(routes, [{ ...step, new: { ...step.new, ...port("0.0.0.0") } }])).toEqual([
      "!moved: port of edge:8000: 0.0.0.0:80, no longer 127.0.0.1:80",
    ]);
  });
});
