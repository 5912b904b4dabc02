import { describe, expect, it } from "vitest";
import { renderAlertmanager } from "../../config/alertmanager.ts";
import { type AlertPolicy, type EmailReceiver, type Receiver, receiversNamed } from "../../signals/alert-policy.ts";

const pager: Receiver = { kind: "webhook", name: "pager", url: "http://inbox:8080/" };
const mail: EmailReceiver = {
  kind: "email",
  name: "mail",
  to: ["team@shop.example"],
  from: "vigie@shop.example",
  smarthost: "mail:1025",
};
const policy = (...critical: readonly Receiver[]): AlertPolicy => ({ name: "all", notify: { critical } });

describe("renderAlertmanager", () => {
  it.each<[string, readonly AlertPolicy[], RegExp]>([
    ["a policy that tells nobody", [policy()], /policies\.all\.notify\.critical: got \[\]; allowed: at least one/],
    ["no service at all", [{ ...policy(pager), services: [] }], /policies\.all\.services: got \[\]/],
    [
      "a service of two policies",
      [
        { ...policy(pager), name: "a", services: ["orders"] },
        { ...policy(pager), name: "b", services: ["orders"] },
      ],
      /policies\.b\.services: got "orders"; allowed: what policy a does not have/,
    ],
    ["two policies for all others", [policy(pager), { ...policy(pager), name: "b" }], /got "\(all others\)"/],
    [
      "a service that is a pattern",
      [{ ...policy(pager), services: [".*"] }],
      /services: got "\.\*"; allowed: a service/,
    ],
    [
      "two receivers of one name",
      [policy(pager, { ...pager, url: "http://other/" })],
      /receivers: got "pager"; allowed: one receiver of a name\. Two different ones/,
    ],
    ["a receiver called none", [policy({ ...pager, name: "none" })], /receivers: got "none"/],
    ["a mail to nobody", [policy({ ...mail, to: [] })], /receivers\.mail\.to: got \[\]/],
    ["a mail to what is no address", [policy({ ...mail, to: ["team"] })], /receivers\.mail\.to: got "team"/],
    ["a sender that is no address", [policy({ ...mail, from: "vigie" })], /receivers\.mail\.from: got "vigie"/],
    [
      "a mail server without a port",
      [policy({ ...mail, smarthost: "mail" })],
      /receivers\.mail\.smarthost: got "mail"/,
    ],
    [
      "a user without the secret",
      [policy({ ...mail, username: "vigie" })],
      /receivers\.mail\.passwordFile: got nothing; .* Without its secret/,
    ],
    [
      "a secret without a user",
      [policy({ ...mail, passwordFile: "/run/secrets/mail" })],
      /receivers\.mail\.username: got nothing/,
    ],
    [
      "a secret that is no file",
      [policy({ ...mail, username: "vigie", passwordFile: "hunter2" })],
      /passwordFile: got "hunter2"; allowed: an absolute path/,
    ],
    [
      "a webhook without an address",
      [policy({ kind: "webhook", name: "pager" })],
      /receivers\.pager\.url: got nothing/,
    ],
    ["a webhook with two", [policy({ ...pager, urlFile: "/run/secrets/url" })], /allowed: either url or urlFile/],
    ["an address that is none", [policy({ ...pager, url: "inbox:8080" })], /pager\.url: got "inbox:8080"/],
  ])("fails with %s", (_, policies, message) => {
    expect(() => renderAlertmanager(policies)).toThrow(message);
  });

  it("fails with a secret in an address, and does not show it", () => {
    const work = () => renderAlertmanager([policy({ ...pager, url: "https://me:hunter2@inbox/" })]);
    expect(work).toThrow(/pager\.url: got "\(not shown\)".*give the address as urlFile/);
    expect(work).not.toThrow(/hunter2/);
  });

  it("fails with every problem at once", () => {
    const work = () =>
      renderAlertmanager([policy({ ...mail, to: ["x"], smarthost: "y" })], { watchdog: { ...pager, name: "1" } });
    expect(work).toThrow(/mail\.to[\s\S]*mail\.smarthost[\s\S]*receivers: got "1"/);
  });
});

describe("receiversNamed", () => {
  it("finds them in the order of the names", () => {
    expect(receiversNamed(["mail", "pager"], [pager, mail], "vigie:critical")).toEqual([mail, pager]);
  });

  it("fails with an unknown one, and says which there are", () => {
    expect(() => receiversNamed(["pagr", "sms"], [pager, mail], "vigie:critical")).toThrow(
      /vigie:critical: got "pagr"; allowed: one of pager, mail\. Did you mean pager\?[\s\S]*got "sms"; allowed: one of pager, mail\.$/,
    );
    expect(() => receiversNamed(["pager"], [], "vigie:critical")).toThrow(
      /allowed: none, since no receiver is declared/,
    );
  });
});
