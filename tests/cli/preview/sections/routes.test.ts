import { describe, expect, it } from "vitest";
import { routes } from "../../../../cli/preview/sections/routes.ts";
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
