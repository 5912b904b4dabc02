import { describe, expect, it } from "vitest";
import { type Drawing, reasonsOf, topicOf, verbOf } from "../../../cli/draw/drawing.ts";
import { renderMermaid } from "../../../cli/draw/mermaid.ts";
import { renderSvg } from "../../../cli/draw/svg.ts";

const DRAWING: Drawing = {
  name: "small",
  title: 'Small "one"',
  groups: [
    { id: "host a", label: "machine <a>" },
    { id: "system end", label: "end", within: "host a" },
  ],
  nodes: [
    { id: "shop", label: "shop & co", detail: "vigie/shop", shape: "program", group: "system end" },
    { id: "db", label: "db", shape: "store", group: "system end" },
    { id: "mail.example", label: "mail.example", shape: "outside" },
  ],
  edges: [{ from: "shop", to: "db", label: "uses :5432", topic: "requests" }],
  rows: [["db", "mail.example"]],
};

describe("Mermaid", () => {
  it("has nodes in their groups, whatever these are called, and neighbours without an arrow", () => {
    expect(renderMermaid(DRAWING)).toBe(
      [
        "---",
        'title: "Small \\"one\\""',
        "---",
        "flowchart LR",
        '  n4(["mail.example"])',
        '  subgraph n0["machine <a>"]',
        '    subgraph n1["end"]',
        '      n2["shop & co<br/><small>vigie/shop</small>"]',
        '      n3[("db")]',
        "    end",
        "  end",
        '  n2 -->|"uses :5432"| n3',
        "  n3 ~~~ n4",
        "",
      ].join("\n"),
    );
  });
});

describe("SVG", () => {
  const svg = renderSvg(DRAWING);
  const boxes = (kind: string) =>
    [
      ...svg.matchAll(
        new RegExp(`<g class="${kind}[^"]*"><rect x="(.*?)" y="(.*?)" width="(.*?)" height="(.*?)"`, "g"),
      ),
    ].map(([, x, y, width, height]) => ({
      x: Number(x),
      y: Number(y),
      right: Number(x) + Number(width),
      bottom: Number(y) + Number(height),
    }));

  it("says every text once, with what SVG would read as its own escaped", () => {
    for (const text of ["shop &amp; co", "vigie/shop", "machine &lt;a&gt;", "uses :5432", "mail.example"]) {
      expect(svg.split(`>${text}<`), text).toHaveLength(2);
    }
    expect(svg).not.toMatch(/NaN|undefined/);
  });

  it("has every box in the frame of its group, and that in the frame around it", () => {
    const [outer, inner] = boxes("frame");
    const [shop, db, mail] = boxes("node");
    const within = (one: typeof outer, other: typeof outer) =>
      one !== undefined &&
      other !== undefined &&
      one.x > other.x &&
      one.y > other.y &&
      one.right < other.right &&
      one.bottom < other.bottom;
    expect([within(shop, inner), within(db, inner), within(inner, outer), within(mail, outer)]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it("draws what is declared as a way, and nothing between mere neighbours", () => {
    expect(svg.match(/class="way requests"/g)).toHaveLength(1);
    expect(svg.match(/class="way/g)).toHaveLength(1);
  });
});

describe("what a flow is about", () => {
  it.each([
    ["uses postgres", "requests", "uses"],
    ["routes to catalog", "requests", "routes"],
    ["scrapes catalog", "metrics", "scrapes"],
    ["hands on /api/v1/write", "metrics", "hands on /api/v1/write"],
    ["hands on /otlp/v1/logs", "logs", "hands on /otlp/v1/logs"],
    ["hands on /insert/loki/api/v1/push", "logs", "hands on /insert/loki/api/v1/push"],
    ["hands on /v1/traces", "traces", "hands on /v1/traces"],
    ["tells team", "alerts", "tells"],
    ["shows its pages", "pages", "shows"],
    ["shows what it knows", "pages", "asks"],
    ["usesomething", "other", "usesomething"],
  ])("%s: %s, %s", (reason, topic, verb) => {
    expect([topicOf(reason), verbOf(reason)]).toEqual([topic, verb]);
  });

  it("is told by each reason alone", () => {
    expect(reasonsOf("scrapes blackbox; has pages asked for")).toEqual(["scrapes blackbox", "has pages asked for"]);
  });
});
