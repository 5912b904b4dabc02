import { describe, expect, it } from "vitest";
import type { CheckKind } from "../../../cli/verify/check.ts";
import { exemplars } from "../../../cli/verify/exemplars.ts";
import { lines } from "../../../cli/verify/lines.ts";
import { routes } from "../../../cli/verify/requests.ts";
import { traces } from "../../../cli/verify/traces.ts";
import type { Proof } from "../../../signals/proof.ts";
import { type Changes, recorded } from "./fake-deployment.ts";
import { came, finder, findsWhat, type Row } from "./found.ts";

/** What is asked of one request: its answer, and what it left in each store. */
const { finds } = finder();

const table: readonly Row[] = [
  [routes, "route orders", "answers", {}, { status: "ok", found: expect.stringMatching(/^200 of /) }],
  [
    routes,
    "route orders",
    "answers badly",
    { replies: { "/api/orders": [503, "no server"] } },
    came(/^503 no server$/),
  ],
  [routes, "route orders", "is cut off", { replies: { "/api/orders": undefined } }, came(/hang up|ECONNRESET/)],

  [traces, "trace orders", "is found", {}, { status: "ok", found: expect.stringMatching(/spans of edge, orders$/) }],
  [
    traces,
    "trace orders",
    "is not there",
    { replies: { "/jaeger/": [404, recorded("jaeger-none.json")] } },
    came("no span of it"),
  ],
  [
    traces,
    "trace orders",
    "lacks a program",
    { replies: { "/jaeger/": recorded("jaeger-trace.json").replaceAll('"orders"', '"others"') } },
    came("none of orders"),
  ],
  [
    traces,
    "trace orders",
    "is not to be asked for",
    { replies: { "/jaeger/": undefined } },
    { ...came(/hang up/), program: "jaeger" },
  ],

  [lines, "lines orders", "are found", {}, { status: "ok", found: "lines of edge, orders" }],
  [
    lines,
    "lines orders",
    "belong to a trace that is not there",
    { replies: { "/jaeger/": '{"data":[]}' } },
    // That is said by the check of traces.
    {
      status: "warning",
      found: expect.stringMatching(/^not looked for: no trace of vigie-verify\/[0-9a-f]{16} in Jaeger$/),
    },
  ],
  [
    lines,
    "lines orders",
    "have another label",
    { replies: { "/loki/": JSON.stringify({ data: { result: [] } }) } },
    came("no line with it"),
  ],
  [
    lines,
    "lines orders",
    "lack a program",
    { replies: { "/loki/": recorded("loki-lines.json").replace('"service_name": "orders"', '"service_name": "x"') } },
    { ...came("none of orders"), program: "orders" },
  ],
  [lines, "lines orders", "are not to be asked for", { replies: { "/loki/": [502, "away"] } }, came("^502 away")],

  [exemplars, "exemplar orders", "is found", {}, { status: "ok", found: expect.stringMatching(/bucket of orders$/) }],
  [
    exemplars,
    "exemplar orders",
    "is not kept",
    { replies: { "/prometheus/api/v1/query_exemplars": '{"status":"success","data":[]}' } },
    came("no exemplar at all"),
  ],
  [
    exemplars,
    "exemplar orders",
    "is an old one",
    {
      replies: {
        "/prometheus/api/v1/query_exemplars": '{"data":[{"exemplars":[{"labels":{"trace_id":"0"},"timestamp":1}]}]}',
      },
    },
    came("1 exemplars, all from before"),
  ],
  [
    exemplars,
    "exemplar orders",
    "gave way to those of others",
    {
      replies: {
        "/prometheus/api/v1/query_exemplars": () =>
          `{"data":[{"exemplars":[{"labels":{"trace_id":"0"},"timestamp":${Date.now() / 1000 + 1}}]}]}`,
      },
    },
    { status: "warning", found: "not ours, and 1 newer ones: others ask too often" },
  ],
];

findsWhat(finds, table);

describe("lines in VictoriaLogs", () => {
  const inVictoriaLogs: CheckKind = (verification) => {
    const { loki = "", ...urls } = verification.proof.urls;
    const victorialogs = loki.replace("/loki/", "/victorialogs/");
    const proof: Proof = { ...verification.proof, logStore: "victorialogs", urls: { ...urls, victorialogs } };
    return lines({ ...verification, proof });
  };

  it.each<[string, Changes["replies"], object]>([
    ["are found", {}, { status: "ok", found: "lines of edge, orders" }],
    [
      "are not there",
      { "/victorialogs/": "" },
      { ...came("^no line with it$"), expected: expect.stringContaining("in VictoriaLogs") },
    ],
    [
      "lack a program",
      {
        "/victorialogs/": recorded("victorialogs-lines.jsonl").replaceAll(
          '"service_name":"orders"',
          '"service_name":"x"',
        ),
      },
      { ...came("^none of orders$"), program: "orders" },
    ],
    ["are not to be asked for", { "/victorialogs/": [400, "cannot parse `query` arg"] }, came("^400 cannot parse")],
    ["are an answer of something else", { "/victorialogs/": "<html>" }, came("^<html>$")],
  ])("%s", async (_, replies, expected) => {
    expect((await finds(inVictoriaLogs, { replies: replies ?? {} }))["lines orders"]).toMatchObject(expected);
  });

  it("fails where the proof has no URL of the store", async () => {
    const inNothing: CheckKind = (verification) => {
      const { loki: _, ...urls } = verification.proof.urls;
      return lines({ ...verification, proof: { ...verification.proof, urls } });
    };
    const found = await finds(inNothing, {});
    expect(found["lines orders"]).toMatchObject({ expected: "the URL of Loki in the proof", came: "none" });
  });
});

describe("traces in Tempo", () => {
  it.each<[string, Changes["replies"], object]>([
    ["are found", {}, { status: "ok", found: expect.stringMatching(/spans of edge, orders$/) }],
    ["are not there", { "/tempo/api/search": '{"traces":[]}' }, came("no span of it")],
    [
      "are gone when they are asked for",
      { "/tempo/api/traces/": [404, "trace not found"] },
      came("none of edge, orders"),
    ],
    [
      "lack a program",
      { "/tempo/api/traces/": recorded("tempo-trace.json").replaceAll('"orders"', '"others"') },
      came("none of orders"),
    ],
  ])("%s", async (_, replies, expected) => {
    const found = await finds(
      (verification) => {
        const { jaeger = "", ...urls } = verification.proof.urls;
        const tempo = jaeger.replace("/jaeger/", "/tempo/");
        return traces({ ...verification, proof: { ...verification.proof, urls: { ...urls, tempo } } });
      },
      { replies: replies ?? {} },
    );
    expect(found["trace orders"]).toMatchObject(expected);
  });
});
