/** What has arrived in the inbox of the deployment under test. */

interface Notice {
  readonly notice: {
    readonly status: string;
    readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[];
  };
}

/** States of an alert of a service, in the order in which the webhook brought them. */
export async function notices(service: string, alert: string): Promise<string[]> {
  const all = (await (await fetch("http://localhost:8026/notices")).json()) as Notice[];
  return all.flatMap(({ notice }) =>
    notice.alerts
      .filter(({ labels }) => labels.service === service && labels.alertname === alert)
      .map(({ status }) => status),
  );
}

/** What the dead man's switch has mailed, in order, by the first word of the subjects. */
export async function heartbeatMails(): Promise<string[]> {
  const response = await fetch("http://localhost:8025/api/v1/messages?limit=200");
  const { messages } = (await response.json()) as { messages: { Subject: string; Created: string }[] };
  return messages
    .filter(({ Subject }) => Subject.includes("] The monitoring is "))
    .sort((a, b) => (a.Created < b.Created ? -1 : 1))
    .map(({ Subject }) => /^\[(\w+)/.exec(Subject)?.[1] ?? Subject);
}

/** The same for the mails, by the first word of their subjects. */
export async function mails(service: string, alert: string): Promise<string[]> {
  const response = await fetch("http://localhost:8025/api/v1/messages?limit=200");
  const { messages } = (await response.json()) as { messages: { Subject: string; Created: string }[] };
  return messages
    .filter(({ Subject }) => Subject.includes(`: ${service}: ${alert}`))
    .sort((a, b) => (a.Created < b.Created ? -1 : 1))
    .map(({ Subject }) => /^\[(\w+)/.exec(Subject)?.[1] ?? Subject);
}
