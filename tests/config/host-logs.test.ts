import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { renderCollector } from "../../config/collector.ts";
import type { LogAgentSettings } from "../../config/link.ts";
import { renderPromtail } from "../../config/promtail.ts";
import { hidingStages } from "../../config/redaction.ts";

const settings: LogAgentSettings = { stack: "vigie/dev", logStore: { kind: "loki", address: "vigie-dev-loki:3100" } };
const rendered = (render: typeof renderPromtail, more: Partial<LogAgentSettings> = {}) =>
  parse(render({ ...settings, ...more })[0]?.content ?? "");

describe("the host's own messages, by the Collector", () => {
  const config = rendered(renderCollector, { hostLogs: "machine" });
  const receiver = config.receivers["filelog/host"];

  it("come from the file of logShipping and its rotated ones, and go where containers' lines go", () => {
    expect(receiver).toMatchObject({
      include: ["/var/log/vigie/host.log", "/var/log/vigie/host.log.[1-9]"],
      start_at: "beginning",
      storage: "file_storage",
    });
    const { logs } = rendered(renderCollector).service.pipelines;
    expect(config.service.pipelines.logs).toEqual({ ...logs, receivers: ["filelog", "filelog/host"] });
  });

  it("have their own time, a level in the words of the dashboards, and one label", () => {
    const [json, level] = receiver.operators;
    expect(json).toMatchObject({ type: "json_parser", timestamp: { parse_from: "attributes.time" } });
    expect(level.value).toMatch(/"crit":"critical","err":"error".*\?\? attributes\.severity/);
    expect(receiver.operators).toContainEqual({ type: "add", field: 'resource["service.name"]', value: "machine" });
    expect(JSON.stringify(receiver.operators)).not.toContain("container.name");
  });

  it("are not read where nobody asks for them", () => {
    expect(JSON.stringify(rendered(renderCollector))).not.toContain("/var/log/vigie");
  });
});

describe("the host's own messages, by Promtail", () => {
  const config = rendered(renderPromtail, { hostLogs: "machine" });
  const [, { static_configs, pipeline_stages: stages }] = config.scrape_configs;

  it("come from the file of logShipping, with the Collector's label and its structured metadata", () => {
    expect(static_configs[0].labels).toMatchObject({
      service_name: "machine",
      __path__: "/var/log/vigie/host.log",
    });
    const metadata = stages.find((stage: object) => "structured_metadata" in stage).structured_metadata;
    expect(Object.keys(metadata)).toEqual(["level", "facility", "program", "pid", "host_name"]);
    expect(stages.at(-1)).toEqual({ labeldrop: ["filename", "job"] });
  });

  it("are hidden in as containers' lines are", () => {
    expect(stages).toEqual(expect.arrayContaining([...hidingStages('{job="host"}')]));
  });

  it("are not read where nobody asks for them", () => {
    expect(rendered(renderPromtail).scrape_configs).toHaveLength(1);
  });
});

it.each([renderCollector, renderPromtail])("%o fails with a name of theirs that is no label", (render) => {
  expect(() => render({ ...settings, hostLogs: "My host" })).toThrow(
    /hostLogs: got "My host"; allowed: a name in small letters, such as machine/,
  );
});
