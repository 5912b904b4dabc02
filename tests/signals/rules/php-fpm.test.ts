import { describe, expect, it } from "vitest";
import { phpFpmRules } from "../../../signals/rules/php-fpm.ts";
import { checkAlerts, checkRules } from "../promtool.ts";

const groups = [phpFpmRules({ job: "blog-php", maxChildren: 10 })];
const instance = "blog-php-1-exporter:9253";
const series = (metric: string, values: string, job = "blog-php") => ({
  [`phpfpm_${metric}{job="${job}",instance="${instance}"}`]: values,
});
/** Connections at the sockets of the first pool, as the containers' metrics have them. */
const waiting = (values: string, service = "blog-php", path = "blog-php-1.sock") => ({
  [`container_unix_socket_pending_connections{job="containers",instance="containers:9117",service="${service}",container_name="vigie-dev-blog-php-1",path="/run/vigie-php/${path}"}`]:
    values,
});
const second = (values: string) => ({ 'phpfpm_up{job="blog-php",instance="blog-php-2-exporter:9253"}': values });
const fires = (severity: string, summary: string, description: string, where = instance) => [
  { labels: { job: "blog-php", instance: where, service: "blog-php", severity }, summary, description },
];

describe("phpFpmRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("9 rules found");
  });

  it("page after a minute without an answer", () => {
    checkAlerts(groups, {
      series: series("up", "1 0x8"),
      at: "75s",
      alert: "PhpFpmDown",
      fires: fires(
        "critical",
        "PHP-FPM of blog-php does not answer",
        `No pool of blog-php can be reached; that of ${instance} is one of them. Every page is an error.`,
      ),
    });
  });

  it("only warn while another replica answers", () => {
    checkAlerts(groups, {
      series: { ...series("up", "1 0x8"), ...second("1x9") },
      at: "75s",
      alert: "PhpFpmDown",
      fires: fires(
        "warning",
        "One PHP-FPM of blog-php does not answer",
        `${instance} cannot reach its pool. Other replicas of blog-php make its pages.`,
      ),
    });
  });

  it("page again when the last replica is lost, and say which are away", () => {
    const down = (name: string) => ({
      labels: { job: "blog-php", instance: name, service: "blog-php", severity: "critical" },
      summary: "PHP-FPM of blog-php does not answer",
      description: `No pool of blog-php can be reached; that of ${name} is one of them. Every page is an error.`,
    });
    checkAlerts(groups, {
      series: { ...series("up", "0x40"), ...second("1x8 0x32") },
      at: "9m",
      alert: "PhpFpmDown",
      fires: [down(instance), down("blog-php-2-exporter:9253")],
    });
  });

  it("warn of a pool that is at work as a whole", () => {
    checkAlerts(groups, {
      series: series("active_processes", "10x30"),
      at: "7m",
      alert: "PhpFpmPoolExhausted",
      fires: fires(
        "warning",
        "100% of the pool of blog-php is at work",
        "It works on 10 requests at a time. What comes then waits in its queue.",
      ),
    });
  });

  it("warn of waiting requests, and page where they are many", () => {
    const text = "All processes of the pool are at work. Visitors wait, and at a full queue they are refused.";
    const summary = "30 requests wait for PHP-FPM of blog-php";
    checkAlerts(groups, {
      series: waiting("30x30"),
      at: "7m",
      alert: "PhpFpmRequestsWaiting",
      fires: ["critical", "warning"].flatMap((severity) => fires(severity, summary, text, "vigie-dev-blog-php-1")),
    });
  });

  it("page from the first one beyond 20", () => {
    const text = "All processes of the pool are at work. Visitors wait, and at a full queue they are refused.";
    checkAlerts(groups, {
      series: waiting("21x30"),
      at: "7m",
      alert: "PhpFpmRequestsWaiting",
      fires: ["critical", "warning"].flatMap((severity) =>
        fires(severity, "21 requests wait for PHP-FPM of blog-php", text, "vigie-dev-blog-php-1"),
      ),
    });
  });

  it("warn of the first share of the pool beyond nine tenths", () => {
    checkAlerts([phpFpmRules({ job: "blog-php", maxChildren: 100 })], {
      series: series("active_processes", "91x30"),
      at: "7m",
      alert: "PhpFpmPoolExhausted",
      fires: fires(
        "warning",
        "91% of the pool of blog-php is at work",
        "It works on 100 requests at a time. What comes then waits in its queue.",
      ),
    });
  });

  it("only warn at the number beyond which waiting requests page", () => {
    checkAlerts(groups, {
      series: waiting("20x30"),
      at: "7m",
      alert: "PhpFpmRequestsWaiting",
      fires: fires(
        "warning",
        "20 requests wait for PHP-FPM of blog-php",
        "All processes of the pool are at work. Visitors wait, and at a full queue they are refused.",
        "vigie-dev-blog-php-1",
      ),
    });
  });

  it("tell at once that there were too few processes", () => {
    checkAlerts(groups, {
      series: series("max_children_reached", "0x8 1x30"),
      at: "3m",
      alert: "PhpFpmMaxChildrenReached",
      fires: fires(
        "info",
        "PHP-FPM of blog-php was 1 times at its limit of processes",
        "In the last 5m it wanted more than 10. For a moment that is no harm.",
      ),
    });
  });

  it("warn of many slow requests", () => {
    checkAlerts(groups, {
      series: series("slow_requests", "0+6x60"),
      at: "12m",
      alert: "PhpFpmSlowRequests",
      fires: fires(
        "warning",
        "PHP-FPM of blog-php has 400m slow requests a second",
        "More than 0.2 a second take longer than its limit. Its log has for each where it was at that moment.",
      ),
    });
  });

  it.each([
    ["PhpFpmDown", "just before the minute is over", series("up", "1 0x8"), "60s"],
    ["PhpFpmDown", "while it answers", series("up", "1x8"), "2m"],
    ["PhpFpmDown", "just before a minute without one of two", { ...series("up", "1 0x8"), ...second("1x9") }, "60s"],
    ["PhpFpmDown", "while both answer", { ...series("up", "1x8"), ...second("1x8") }, "2m"],
    ["PhpFpmDown", "for another application", series("up", "0x8", "shop"), "2m"],
    ["PhpFpmDown", "without the metric: TargetDown tells of that", {}, "2m"],
    ["PhpFpmPoolExhausted", "at nine of ten processes", series("active_processes", "9x30"), "7m"],
    ["PhpFpmRequestsWaiting", "at two, its limit", waiting("2x40"), "10m"],
    ["PhpFpmPoolExhausted", "before five minutes of it", series("active_processes", "10x30"), "4m"],
    ["PhpFpmPoolExhausted", "without the metric", {}, "7m"],
    ["PhpFpmRequestsWaiting", "while two wait", waiting("2x30"), "7m"],
    ["PhpFpmRequestsWaiting", "after a moment of many", waiting("30x4 0x30"), "7m"],
    ["PhpFpmRequestsWaiting", "for another application", waiting("30x30", "shop-php", "shop-blog-php-1.sock"), "7m"],
    [
      "PhpFpmRequestsWaiting",
      "for who asks the status page",
      waiting("30x30", "blog-php", "blog-php-1.status.sock"),
      "7m",
    ],
    ["PhpFpmRequestsWaiting", "for another socket of its container", waiting("30x30", "blog-php", "x.sock"), "7m"],
    ["PhpFpmRequestsWaiting", "without the metric", {}, "7m"],
    ["PhpFpmMaxChildrenReached", "while it stays as it was", series("max_children_reached", "5x40"), "7m"],
    ["PhpFpmMaxChildrenReached", "without the metric", {}, "3m"],
    ["PhpFpmSlowRequests", "just at its limit", series("slow_requests", "0+3x60"), "12m"],
    ["PhpFpmSlowRequests", "without the metric", {}, "12m"],
    ["PhpFpmSlowRequests", "at one in a minute", series("slow_requests", "0+0.25x60"), "12m"],
    ["PhpFpmSlowRequests", "for another application", series("slow_requests", "0+3x60", "shop"), "12m"],
  ])("keep %s silent %s", (alert, _, given, at) => {
    checkAlerts(groups, { series: given, at, alert, fires: [] });
  });
});
