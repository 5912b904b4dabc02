import { expect, test } from "vitest";
import type { AlertPolicySpec, Receiver } from "../../signals/alert-policy.ts";
import { proofReceivers } from "../../signals/proof.ts";

const receiver = (name: string): Receiver => ({ kind: "webhook", name, url: `http://${name}/` });

test("a receiver is tested once, where nothing mutes it: by no real service, and by what is most urgent", () => {
  const [pager, mail] = [receiver("pager"), receiver("mail")];
  const policies: AlertPolicySpec[] = [
    { name: "films", services: ["catalog", "orders"], notify: { critical: [pager], warning: [mail] } },
    { name: "everything", notify: { critical: [pager, mail], warning: [mail] } },
  ];
  expect(proofReceivers(policies)).toEqual([
    { name: "pager", alert: { severity: "critical" } },
    { name: "mail", alert: { severity: "critical" } },
  ]);
});

test("a receiver of some services only is tested by one of them", () => {
  const policies: AlertPolicySpec[] = [
    { name: "films", services: ["catalog"], notify: { critical: [receiver("pager")], warning: [receiver("mail")] } },
    { name: "everything", notify: { critical: [receiver("pager")] } },
  ];
  expect(proofReceivers(policies, { mail: { kind: "mails", url: "http://localhost:8025/" } })).toEqual([
    { name: "pager", alert: { severity: "critical" } },
    {
      name: "mail",
      alert: { service: "catalog", severity: "warning" },
      arrivals: { kind: "mails", url: "http://localhost:8025/" },
    },
  ]);
});

test("a receiver that is not told at all times is tested where it is, if anywhere", () => {
  const night = { name: "night", from: "20:00", to: "08:00" };
  const told = { to: receiver("mail"), except: [night] };
  const muted: AlertPolicySpec = { name: "everything", notify: { critical: [told], warning: [told] } };
  expect(proofReceivers([muted])).toEqual([{ name: "mail", alert: { severity: "critical" }, muted: true }]);
  const never: AlertPolicySpec = {
    name: "shop",
    system: "shop",
    notify: { critical: "nobody", warning: [receiver("mail")] },
  };
  expect(proofReceivers([muted, never], {}, { shop: ["orders"] })).toEqual([
    { name: "mail", alert: { service: "orders", severity: "warning" } },
  ]);
});
