import * as pulumi from "@pulumi/pulumi";
import { images } from "../../config/images.ts";
import { inbox } from "../../services/inbox.ts";
import type { EmailReceiver, Receiver } from "../../signals/alert-policy.ts";
import type { Arrivals } from "../../signals/proof.ts";
import type { Dependency } from "../platform/dependency.ts";
import { storeNetwork } from "../platform/network-roles.ts";
import type { Platform } from "../platform/platform.ts";
import { InstrumentedService } from "../services/instrumented-service.ts";
import { refuseStranger } from "../stores/store-users.ts";

/** Arguments of {@link Inbox}. */
export interface InboxArgs {
  /** The host it runs on. */
  readonly host: Platform;
  /** Port of the host for the page with the mails. @default 8025 */
  readonly mailPort?: number;
  /** Port of the host for the notices of the webhook. @default 8026 */
  readonly noticesPort?: number;
  /** The services that mail to people by it, by name. @default [] */
  readonly mailers?: readonly string[];
}

/** A mail server that services of the stack may use. */
export interface MailServer extends Dependency {
  /** Where it takes mails: `smtp://host:port`. */
  readonly url: string;
}

const SMTP_PORT = 1025;
const MAIL_PAGE_PORT = 8025;

/**
 * Where alerts arrive on a developer's machine: a mail server that keeps every mail and sends none (Mailpit), and an
 * inbox for webhooks. Not for production: nobody is paged.
 *
 * @throws pulumi.InputPropertiesError when a port is taken
 * @example
 * ```ts
 * const inbox = new Inbox("inbox", { host });
 * const policy: AlertPolicySpec = { name: "all", notify: { critical: inbox.receivers, warning: inbox.receivers } };
 * ```
 */
export class Inbox extends pulumi.ComponentResource {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  /** A mail receiver and a webhook receiver. */
  readonly receivers: readonly Receiver[];
  /** Where it can be seen what a receiver got, by the receiver's name. */
  readonly arrivals: Readonly<Record<string, Arrivals>>;
  /** How to mail to it, for a dead man's switch. */
  readonly mail: Omit<EmailReceiver, "kind" | "name" | "passwordFile">;
  /** The mail server, for the `uses` of {@link InboxArgs.mailers}. */
  readonly mailServer: MailServer;
  /** URLs of its pages, by name. */
  readonly urls: Readonly<Record<string, string>>;
  /** What must run before anything is sent to it. */
  readonly containers: readonly pulumi.Resource[];

  constructor(name: string, args: InboxArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Inbox", name, {}, opts);
    const { host, mailers = [] } = args;
    const { user } = images.mailpit;
    const ports = { mail: args.mailPort ?? 8025, notices: args.noticesPort ?? 8026 };
    const mail = `${name}-mail`;
    this.name = name;
    host.claimName(mail, "mail inbox");
    host.claimPorts([{ port: ports.mail, property: "mailPort", by: name }]);
    const mailpit = host.run(
      `${mail}-container`,
      {
        name: mail,
        component: name,
        image: host.image("mailpit").reference,
        user,
        networks: ["observability", ...(mailers.length === 0 ? [] : [storeNetwork(mail)])],
        command: ["--disable-version-check", "--max", "500"],
        probe: { kind: "exec", check: ["CMD", "/mailpit", "readyz"] },
        memory: "64MiB",
        scratch: [{ path: "/tmp" }],
        ports: [{ external: ports.mail, internal: MAIL_PAGE_PORT }],
      },
      { parent: this },
    );
    const notices = new InstrumentedService(
      `${name}-notices`,
      { host, spec: inbox, publish: ports.notices, publishProperty: "noticesPort", receives: true },
      { parent: this },
    );
    this.containers = [mailpit, ...notices.containers].map(({ ready }) => ready);
    const address = `${host.hostname(mail)}:${SMTP_PORT}`;
    this.mailServer = {
      name: mail,
      url: `smtp://${address}`,
      // A mail that does not go out is no outage of who sent it: it says so itself.
      optional: true,
      connectionFor: (service) => {
        refuseStranger(service, { name, property: "mailers", services: mailers });
        return { env: {}, secrets: {}, network: storeNetwork(mail), reaches: [address], dependsOn: [mailpit.ready] };
      },
    };
    this.mail = {
      to: ["on-call@vigie.invalid"],
      from: "alerts@vigie.invalid",
      smarthost: host.address(mail, SMTP_PORT),
      requireTls: false,
    };
    this.receivers = [
      { kind: "email", name: "inbox-mail", ...this.mail },
      {
        kind: "webhook",
        name: "inbox-webhook",
        url: `http://${host.address(`${inbox.name}-1`, inbox.port)}/notices`,
      },
    ];
    const urls = { mail: host.published(ports.mail), notices: `${host.published(ports.notices)}notices` };
    this.urls = urls;
    this.arrivals = {
      "inbox-mail": { kind: "mails", url: urls.mail },
      "inbox-webhook": { kind: "notices", url: urls.notices },
    };
    this.registerOutputs({ urls: this.urls });
  }
}
