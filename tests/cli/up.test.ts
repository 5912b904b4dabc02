import { expect, test } from "vitest";
import { nextSteps } from "../../cli/up.ts";

// What a user chose stands in for nothing.
const chosen = { logStore: "victorialogs", grafana: "false" };

const session = {
  settings: { project: "vigie", stack: "dev", label: "vigie/dev", file: "", values: chosen, ports: [] },
  state: "/s/vigie",
  pulumi: { variables: {}, backend: "file:///s/vigie/pulumi", ownBackend: true, ownPassphrase: "/s/vigie/passphrase" },
  decision: { pulumi: "offline", images: "offline", decidedAt: "", offline: { PULUMI_HOME: "/c/home" } },
} as const;

test("the next steps name the pages, what to try, where things are and how to take them down", () => {
  const outputs = {
    urls: { storefront: "http://localhost/", prometheus: "http://localhost:9090/" },
    nextSteps: ["Look."],
  };
  expect(nextSteps(session, outputs, 75)).toBe(`
vigie/dev is up (1 min 15 s).

Pages
  storefront  http://localhost/
  prometheus  http://localhost:9090/

Try
  Look.

Pulumi by hand
  eval "$(npm run -s env)"        # once a shell
  npx pulumi preview --stack dev

Where things are
  state       /s/vigie (not in the repository: keep it while the stack is up)
  passphrase  /s/vigie/passphrase (opens the secrets in the state)

Take it down
  npm run down
  npm run down -- --keep-data     # the data volumes stay
`);
});

test("with a login of the user's and official parts, nothing is said of a shell or of our places", () => {
  const own = {
    ...session,
    pulumi: { variables: {}, backend: "https:", ownBackend: false },
    decision: { ...session.decision, offline: {} },
  };
  const text = nextSteps(own, {}, 3);
  expect(text).not.toContain("eval");
  expect(text).not.toContain("Where things are");
  expect(text).not.toContain("Pages");
});

test("what stands in for images that are never made is said in one line each, where images are made", () => {
  const settings = { ...session.settings, values: { logStore: "auto", grafana: "auto" } };
  const text = nextSteps({ ...session, settings }, {}, 3);
  expect(text).toContain("\nIn the place of what can't be had\n  Logs: VictoriaLogs, ");
  expect(text.match(/^ {2}Grafana is left out: .*$/gm)).toHaveLength(1);
  const official = { ...session, settings, decision: { ...session.decision, images: "official" } } as const;
  expect(nextSteps(official, {}, 3)).not.toContain("In the place of");
});

test("another stack is named in every command", () => {
  const text = nextSteps({ ...session, settings: { ...session.settings, stack: "prod" } }, {}, 3);
  expect(text).toContain("npm run down -- --stack prod --yes\n");
  expect(text).toContain("npm run down -- --stack prod --yes --keep-data");
});
