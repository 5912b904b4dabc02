import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { images } from "../../config/images.ts";
import { JAEGER_ARGUMENTS, JAEGER_CHECK, renderJaeger } from "../../config/jaeger.ts";

const render = (...given: Parameters<typeof renderJaeger>) => parse(renderJaeger(...given)[0]?.content ?? "");

describe("renderJaeger", () => {
  it("keeps traces on disk, in the one directory that its user may write to", () => {
    const { badger } = render().extensions.jaeger_storage.backends.badger;
    expect(badger).toMatchObject({ ephemeral: false, directories: { keys: "/tmp/badger/keys" } });
    expect(images.jaeger.contract.volumes).toContain("/tmp");
  });

  it.each([
    [undefined, "172800s"],
    ["1h", "3600s"],
    ["7d", "604800s"],
  ])("keeps traces for %s as %s", (retention, ttl) => {
    const { extensions } = render(retention === undefined ? {} : { retention });
    expect(extensions.jaeger_storage.backends.badger.badger.ttl.spans).toBe(ttl);
  });

  it("has no queue in memory between the answer to the Collector and the disk", () => {
    const { pipelines } = render().service;
    expect(pipelines.traces.processors).toEqual(["memory_limiter"]);
  });

  it("uses what it declares, and declares what it uses", () => {
    const { extensions, receivers, processors, exporters, service } = render();
    expect([...service.extensions].sort()).toEqual(Object.keys(extensions).sort());
    expect(service.pipelines.traces).toEqual({
      receivers: Object.keys(receivers),
      processors: Object.keys(processors),
      exporters: Object.keys(exporters),
    });
  });

  it("is checked as it is started", () => {
    expect(JAEGER_CHECK).toEqual([...images.jaeger.contract.entrypoint, "validate", ...JAEGER_ARGUMENTS]);
  });

  it.each([
    ["less than an hour", "30m", /retention: got "30m"; allowed: a duration of at least an hour/],
    ["what is no duration", "long", /retention: got "long"/],
  ])("fails with a retention of %s", (_, retention, message) => {
    expect(() => renderJaeger({ retention })).toThrow(message);
    expect(() => renderJaeger({ retention })).toThrowErrorMatchingSnapshot();
  });
});
