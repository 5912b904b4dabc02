import { describe, expect, it } from "vitest";
import { renderGrafana } from "../../config/grafana.ts";
import { scrapeTimes } from "../../config/prometheus.ts";
import { SCRAPE_INTERVAL, scrapeSeconds } from "../../signals/scrape-interval.ts";
import { projectDefaults } from "../config/project-defaults.ts";

describe("the time between two scrapes, where nothing is said", () => {
  it("is one for the project, Prometheus and Grafana", () => {
    expect(projectDefaults().scrapeInterval).toBe(SCRAPE_INTERVAL);
    expect(scrapeTimes({}).scrape_interval).toBe(SCRAPE_INTERVAL);
    expect(JSON.stringify(renderGrafana({ prometheus: "prometheus:9090" }))).toContain(
      `timeInterval: ${SCRAPE_INTERVAL}`,
    );
  });

  it.each([
    [undefined, 15],
    ["5s", 5],
    ["1m", 60],
    ["0s", 15],
    ["soon", 15],
  ])("of %s, is %d seconds", (given, seconds) => {
    expect(scrapeSeconds(given)).toBe(seconds);
  });
});
