import { describe, expect, it } from "vitest";
import { type Asked, canHaveImage, choiceNotes, choiceProblems, choose } from "../../config/choices.ts";
import type { ImageName } from "../../config/images.ts";

const auto: Asked = { logStore: "auto", grafana: "auto", logAgent: "collector", traceStore: "jaeger" };
const all = () => true;
const made = (name: ImageName) => canHaveImage(name, { made: true });

describe("what can be had", () => {
  it("is everything where images are pulled", () => {
    expect(canHaveImage("loki")).toBe(true);
    expect(canHaveImage("grafana", { registryMirror: "mirror.example" })).toBe(true);
  });

  it("is what is made here, where images are made", () => {
    expect(["loki", "grafana", "promtail", "tempo"].map((name) => made(name as ImageName))).toEqual(
      Array(4).fill(false),
    );
    expect(["victorialogs", "jaeger", "collector"].map((name) => made(name as ImageName))).toEqual(Array(3).fill(true));
  });

  it("is what a mirror has, and what has a reference of its own", () => {
    expect(canHaveImage("loki", { made: true, registryMirror: "mirror.example" })).toBe(true);
    const overrides = { loki: "registry.example/loki:3.7.8" };
    expect(canHaveImage("loki", { made: true, overrides })).toBe(true);
    expect(canHaveImage("grafana", { made: true, overrides })).toBe(false);
  });
});

describe("what is chosen", () => {
  it("is Loki and Grafana where they can be had", () => {
    expect(choose(auto, all)).toEqual({ logStore: "loki", grafana: true });
    expect(choiceNotes(auto, all)).toEqual([]);
  });

  it("is VictoriaLogs without Grafana where they can't, in a line each", () => {
    expect(choose(auto, made)).toEqual({ logStore: "victorialogs", grafana: false });
    expect(choiceNotes(auto, made)).toEqual([
      "Logs: VictoriaLogs, because Loki's image can't be had here and isn't built from source (AGPL).",
      "Grafana is left out: its image can't be had here and isn't built from source (AGPL).",
    ]);
  });

  it("is what was asked for, wherever it is, without a line", () => {
    const asked = { logStore: "victorialogs", grafana: "false" } as const;
    expect(choose(asked, all)).toEqual({ logStore: "victorialogs", grafana: false });
    expect(choiceNotes(asked, made)).toEqual([]);
    expect(choose({ logStore: "loki", grafana: "true" }, all)).toEqual({ logStore: "loki", grafana: true });
  });
});

describe("what was asked for and can't be had", () => {
  it("is no problem where everything can be had, nor where nothing was asked for", () => {
    const asked: Asked = { logStore: "loki", grafana: "true", logAgent: "promtail", traceStore: "tempo" };
    expect(choiceProblems(asked, all)).toEqual([]);
    expect(choiceProblems(auto, made)).toEqual([]);
  });

  it("fails for all of it at once, with what there is in its place", () => {
    const asked: Asked = { logStore: "loki", grafana: "true", logAgent: "promtail", traceStore: "tempo" };
    const problems = choiceProblems(asked, made);
    expect(problems.map(({ property, given }) => `${property}=${given}`)).toEqual([
      "vigie:logStore=loki",
      "vigie:grafana=true",
      "vigie:logAgent=promtail",
      "vigie:traceStore=tempo",
    ]);
    expect(problems).toMatchSnapshot();
    expect(problems[0]?.allowed).toMatch(/^victorialogs, since Loki's image can't be had here/);
    expect(problems[1]?.fix).toBe(
      "Name a registry that has it (vigie:registryMirror), or the image itself (vigie:images, grafana), or set vigie:grafana to false.",
    );
  });
});
