import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderAlertmanager } from "../../config/alertmanager.ts";
import type { AlertPolicySpec, Receiver } from "../../signals/alert-policy.ts";
import { RunningAlertmanager, SecretDirectory, startMailSink, startSink } from "./running-alertmanager.ts";

/** What a real Alertmanager makes of the configuration: whom it tells, in which words, and what it keeps to itself. */
const alertmanager = new RunningAlertmanager();
const secrets = new SecretDirectory();
let sink: Awaited<ReturnType<typeof startSink>>;
let mailSink: Awaited<ReturnType<typeof startMailSink>>;

const annotations = {
  summary: "orders fails 12% of its requests",
  description: "Of its answers: 12% had a 5xx status.",
  runbook_url: "https://runbooks.example/HttpHighErrorRatio.md",
  dashboard_url: "https://grafana.example/d/http-service",
};

/** Groups that have not all of the names in common, and the title of a notice of three of their alerts. */
const GROUPED = [
  {
    service: "by-service",
    groupBy: ["service"],
    title: "[FIRING:3] critical: by-service: DiskFull, DiskFullSoon, Slow",
    class: "DiskFull, DiskFullSoon, Slow",
  },
  {
    service: "by-severity",
    groupBy: ["severity"],
    title: "[FIRING:4] critical: by-severity, by-severity-2: DiskFull, DiskFullSoon, Slow",
    class: "DiskFull, DiskFullSoon, Slow",
  },
  {
    service: "by-nothing",
    groupBy: [],
    title: "[FIRING:4] critical: by-nothing, by-nothing-2: DiskFull, DiskFullSoon, Slow",
    class: "DiskFull, DiskFullSoon, Slow",
  },
  {
    service: "by-all",
    groupBy: ["..."],
    title: "[FIRING:1] critical: by-all: DiskFullSoon",
    class: "DiskFullSoon",
  },
] as const;

beforeAll(async () => {
  sink = await startSink();
  mailSink = await startMailSink();
  const { url } = sink;
  const hook = (name: string): Receiver => ({ kind: "webhook", name, url: `${url}/${name}` });
  const kinds: readonly Receiver[] = [
    {
      kind: "email",
      name: "mail",
      to: ["team@shop.example"],
      from: "vigie@shop.example",
      smarthost: mailSink.smarthost,
      requireTls: false,
    },
    { kind: "slack", name: "chat", urlFile: secrets.file("chat", `${url}/slack`), channel: "#alerts" },
    { kind: "pagerduty", name: "pager", routingKeyFile: secrets.file("pager", "routing-key"), url: `${url}/pagerduty` },
    {
      kind: "opsgenie",
      name: "genie",
      apiKeyFile: secrets.file("genie", "api-key"),
      url: `${url}/opsgenie/`,
      team: "shop",
    },
    { kind: "teams", name: "teams", urlFile: secrets.file("teams", `${url}/teams`) },
    { kind: "ntfy", name: "phone", server: `${url}/ntfy`, topic: "shop", tokenFile: secrets.file("phone", "tk_1") },
  ];
  const always = { name: "always", from: "00:00", to: "24:00", timezone: "Europe/Paris" };
  const policies: readonly AlertPolicySpec[] = [
    { name: "kinds", services: ["orders-kinds"], notify: { critical: kinds, warning: "nobody" } },
    ...GROUPED.map(
      ({ service, groupBy }): AlertPolicySpec => ({
        name: service,
        services: [service, `${service}-2`],
        notify: { critical: kinds, warning: "nobody" },
        groupBy,
      }),
    ),
    {
      name: "everything",
      notify: { critical: [hook("hook")], warning: [hook("hook"), { to: hook("asleep"), except: [always] }] },
    },
  ];
  const uses = [
    { service: "catalog", on: "postgres", exporter: true },
    { service: "gateway", on: "catalog" },
  ];
  const [config] = renderAlertmanager(policies, {
    pace: "fast",
    uses,
    watchdog: { ...hook("switch"), sendResolved: false } as Receiver,
  });
  // As the fast pace has it, but faster: 20 seconds for each symptom are long.
  await alertmanager.start((config?.content ?? "").replaceAll("group_wait: 20s", "group_wait: 3s"));
}, 60_000);

afterAll(async () => {
  await alertmanager.stop();
  sink.close();
  mailSink.close();
  secrets.remove();
});

/** What was told at a path, as `status alertname of service`. */
const told = (path: string): string[] =>
  sink.sent
    .filter((one) => one.path === path)
    .flatMap(({ body }) => body.alerts as { status: string; labels: Record<string, string> }[])
    .map(({ status, labels }) => `${status} ${labels.alertname} of ${labels.service}`);

const outage = (alertname: string, service: string) => ({
  labels: { alertname, service, severity: "critical", kind: "outage" },
});
const symptom = (service: string, severity = "critical") => ({
  labels: { alertname: "HttpHighErrorRatio", service, severity, kind: "symptom" },
});

describe("a running Alertmanager", () => {
  it("tells of an outage and not of what its users feel, until it is over", async () => {
    await alertmanager.send(outage("PostgresDown", "postgres"));
    await alertmanager.send(
      symptom("catalog"),
      symptom("gateway"),
      symptom("recommender"),
      outage("TargetDown", "catalog"),
    );
    const first = [
      "firing HttpHighErrorRatio of recommender",
      "firing PostgresDown of postgres",
      "firing TargetDown of catalog",
    ];
    await expect.poll(() => told("/hook").sort()).toEqual(first);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(told("/hook").sort()).toEqual(first);
    await alertmanager.send({ ...outage("PostgresDown", "postgres"), ended: true });
    // The gateway's symptoms have another reason left: its catalog is down.
    await expect.poll(() => told("/hook")).toContain("firing HttpHighErrorRatio of catalog");
    expect(told("/hook")).not.toContain("firing HttpHighErrorRatio of gateway");
    await alertmanager.send({ ...outage("TargetDown", "catalog"), ended: true });
    await expect.poll(() => told("/hook")).toContain("firing HttpHighErrorRatio of gateway");
  });

  it("tells of symptoms while only the exporter of a store is away", async () => {
    await alertmanager.send(outage("TargetDown", "postgres"));
    await alertmanager.send({
      labels: { alertname: "ProbeSlow", service: "catalog", severity: "critical", kind: "symptom" },
    });
    await expect.poll(() => told("/hook")).toContain("firing ProbeSlow of catalog");
  });

  it("tells who is not asleep", async () => {
    await alertmanager.send(symptom("edge", "warning"));
    await expect.poll(() => told("/hook")).toContain("firing HttpHighErrorRatio of edge");
    expect(told("/asleep")).toEqual([]);
  });

  it("repeats the Watchdog every few seconds, and does not tell its end", async () => {
    const watchdog = { labels: { alertname: "Watchdog", service: "monitoring", severity: "none", kind: "none" } };
    await alertmanager.send(watchdog);
    await expect.poll(() => told("/switch").length).toBeGreaterThanOrEqual(2);
    await alertmanager.send({ ...watchdog, ended: true });
    await new Promise((resolve) => setTimeout(resolve, 6000));
    expect(new Set(told("/switch"))).toEqual(new Set(["firing Watchdog of monitoring"]));
  });
});

describe("what people read", () => {
  const SUBJECT = "[FIRING:1] critical: orders-kinds: HttpHighErrorRatio";
  const bodyOf = (path: string) => sink.sent.find((one) => one.path.startsWith(path));

  it("arrives by every kind of receiver", async () => {
    await alertmanager.send({ ...symptom("orders-kinds"), annotations });
    await expect.poll(() => mailSink.mails.length).toBe(1);
    const paths = ["/slack", "/pagerduty", "/opsgenie", "/teams", "/ntfy"];
    await expect.poll(() => paths.filter((path) => bodyOf(path) === undefined)).toEqual([]);
  });

  it("in a mail is the summary, the description and both links, as one text", () => {
    const mail = (mailSink.mails[0] ?? "").replaceAll("=\r\n", "").replaceAll("=3D", "=");
    expect(mail).toContain(`Subject: ${SUBJECT}`);
    for (const text of Object.values(annotations)) expect(mail).toContain(text);
    expect(mail).not.toContain("text/html");
  });

  it("in Slack links the runbook, and shows how urgent it is", () => {
    const { channel, attachments } = (bodyOf("/slack")?.body ?? {}) as {
      channel?: string;
      attachments?: Record<string, string>[];
    };
    expect(channel).toBe("#alerts");
    expect(attachments?.[0]).toMatchObject({ title: SUBJECT, title_link: annotations.runbook_url, color: "danger" });
    expect(attachments?.[0]?.text).toContain(`*${annotations.summary}*`);
    expect(attachments?.[0]?.text).toContain(`<${annotations.dashboard_url}|Dashboard>`);
  });

  it("at PagerDuty is an event of that severity", () => {
    const { routing_key, event_action, payload } = bodyOf("/pagerduty")?.body ?? {};
    expect([routing_key, event_action]).toEqual(["routing-key", "trigger"]);
    const fields = { summary: SUBJECT, severity: "critical", component: "orders-kinds", class: "HttpHighErrorRatio" };
    expect(payload).toMatchObject(fields);
  });

  it("at Opsgenie is an alert of that priority, for the team", () => {
    const { body, headers } = bodyOf("/opsgenie") ?? {};
    expect(headers?.authorization).toBe("GenieKey api-key");
    const responders = [{ type: "team", name: "shop" }];
    expect(body).toMatchObject({ message: SUBJECT, priority: "P1", entity: "orders-kinds", responders });
    expect(body?.description).toContain(annotations.description);
  });

  it("in Teams is a card in Markdown", () => {
    type Card = { content: { body: { text: string }[] } };
    const { attachments = [] } = (bodyOf("/teams")?.body ?? {}) as { attachments?: Card[] };
    const [title, text] = attachments[0]?.content.body ?? [];
    expect(title?.text).toBe(SUBJECT);
    expect(text?.text).toContain(`[Runbook](${annotations.runbook_url})`);
  });

  it("on a phone is a message of ntfy, whose texts are texts and whose priority is a number", () => {
    const { body, headers } = bodyOf("/ntfy") ?? {};
    expect(headers?.authorization).toBe("Bearer tk_1");
    expect(body).toEqual({
      topic: "shop",
      title: SUBJECT,
      message: expect.stringMatching(/^\*\*orders fails 12% of its requests\*\*\nOf its answers: 12%/),
      markdown: true,
      priority: 5,
      tags: ["rotating_light"],
      click: annotations.runbook_url,
    });
  });

  it.each(GROUPED)("in the title of what is grouped $service are the names of all alerts, each once", async (group) => {
    const { service, title } = group;
    const alert = (alertname: string, instance: string, of = service as string) => ({
      labels: { alertname, service: of, severity: "critical", kind: "cause", instance },
      annotations,
    });
    await alertmanager.send(
      alert("DiskFull", "1"),
      alert("DiskFullSoon", "1"),
      alert("Slow", "1"),
      ...(service === "by-service" || service === "by-all" ? [] : [alert("DiskFull", "2", `${service}-2`)]),
    );
    const subjects = () =>
      mailSink.mails.map((mail) => /^Subject: (.*(?:\r\n .*)*)/m.exec(mail)?.[1]?.replaceAll("\r\n", ""));
    await expect.poll(subjects).toContain(title);
    const events = () => sink.sent.filter(({ path }) => path === "/pagerduty").map(({ body }) => body.payload);
    await expect.poll(events).toContainEqual(expect.objectContaining({ summary: title, class: group.class }));
    const titles = () => sink.sent.filter(({ path }) => path === "/ntfy").map(({ body }) => body.title);
    await expect.poll(titles).toContain(title);
  });

  it("does without the links that an alert has not, and says when it is over", async () => {
    const labels = { ...symptom("orders-kinds").labels, alertname: "Plain" };
    await alertmanager.send({ labels, annotations: { summary: "It: is", description: "1" } });
    const ntfy = () => sink.sent.filter(({ path }) => path === "/ntfy").map(({ body }) => body);
    const plain = { title: "[FIRING:1] critical: orders-kinds: Plain", message: "**It: is**\n1", click: null };
    await expect.poll(() => ntfy().at(-1)).toMatchObject(plain);
    await alertmanager.send({ labels, annotations: { summary: "It: is", description: "1" }, ended: true });
    const over = {
      title: "[RESOLVED] critical: orders-kinds: Plain",
      message: "**It: is** (resolved)\n1",
      priority: 2,
    };
    await expect.poll(() => ntfy().at(-1)).toMatchObject(over);
  });
});
