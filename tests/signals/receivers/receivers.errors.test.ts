import { describe, expect, it } from "vitest";
import { describe as describeProblem } from "../../../services/problems.ts";
import { type Receiver, receiverProblems } from "../../../signals/receivers/index.ts";
import { everyKind } from "./every-kind.ts";

const { email, webhook, slack, pagerduty, opsgenie, teams, ntfy } = everyKind;
const problems = (receiver: object): string =>
  receiverProblems(receiver as Receiver)
    .map(describeProblem)
    .join("\n");

describe("receiverProblems", () => {
  it.each<[string, object, RegExp]>([
    [
      "a kind that is none",
      { kind: "slak", name: "a" },
      /a\.kind: got "slak"; allowed: one of email, .*Did you mean slack\?/,
    ],
    ["a receiver called none", { ...slack, name: "none" }, /receivers: got "none"/],
    [
      "a setting that the kind has not",
      { ...slack, chanel: "#a" },
      /chat\.chanel: .*urlFile, channel\. Did you mean channel\?/,
    ],
    ["a mail to nobody", { ...email, to: [] }, /mail\.to: got \[\]; allowed: at least one/],
    ["a mail to what is no address", { ...email, to: ["team", "a@b.example"] }, /mail\.to: got "team"/],
    ["a sender that is no address", { ...email, from: "vigie" }, /mail\.from: got "vigie"/],
    ["a mail server without a port", { ...email, smarthost: "mail" }, /mail\.smarthost: got "mail"/],
    [
      "a user without the secret",
      { ...email, passwordFile: undefined },
      /mail\.passwordFile: got nothing; .* Without its secret/,
    ],
    ["a secret without a user", { ...email, username: undefined }, /mail\.username: got nothing/],
    [
      "a secret in place of its file",
      { ...email, passwordFile: "hunter2" },
      /passwordFile: got "\(not shown\)"; allowed: an absolute path/,
    ],
    ["TLS that is no yes or no", { ...email, requireTls: "no" }, /mail\.requireTls: got "no"; allowed: true or false/],
    [
      "a webhook without an address",
      { kind: "webhook", name: "hook" },
      /hook\.url: got nothing; allowed: either url or urlFile/,
    ],
    ["a webhook with two", { ...webhook, url: "http://a/" }, /allowed: either url or urlFile/],
    ["an address that is none", { kind: "webhook", name: "hook", url: "inbox:8080" }, /hook\.url: got "inbox:8080"/],
    [
      "a channel without its sign",
      { ...slack, channel: "alerts" },
      /chat\.channel: got "alerts"; allowed: a channel such as "#alerts"/,
    ],
    [
      "a chat without its secret",
      { ...slack, urlFile: undefined },
      /chat\.urlFile: got nothing; allowed: an absolute path/,
    ],
    ["a pager without its key", { ...pagerduty, routingKeyFile: undefined }, /pager\.routingKeyFile: got nothing/],
    ["an API that is no address", { ...opsgenie, url: "eu" }, /genie\.url: got "eu"; allowed: an address with http/],
    ["a team without a name", { ...opsgenie, team: " " }, /genie\.team: got " "/],
    ["teams without its secret", { ...teams, urlFile: "" }, /teams\.urlFile: got "\(not shown\)"/],
    ["a topic that is none", { ...ntfy, topic: "shop/alerts" }, /phone\.topic: got "shop\/alerts"/],
    ["a server that is none", { ...ntfy, server: "ntfy" }, /phone\.server: got "ntfy"/],
  ])("fails with %s", (_, receiver, message) => {
    expect(problems(receiver)).toMatch(message);
  });

  it("fails with a secret in an address, and does not show it", () => {
    const answer = problems({ kind: "webhook", name: "hook", url: "https://me:hunter2@inbox/" });
    expect(answer).toMatch(/hook\.url: got "\(not shown\)"; .*no user in it/);
    expect(answer).not.toMatch(/hunter2/);
  });

  it("fails with all that is wrong", () => {
    expect(receiverProblems({ ...email, to: ["x"], smarthost: "y", name: "1" })).toHaveLength(3);
  });
});
