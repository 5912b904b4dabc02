import { askJson } from "../../verify/ask.ts";
import type { Executor } from "../executor.ts";
import { Absent, type Tools } from "../tools.ts";

interface Silenced extends Readonly<Record<string, unknown>> {
  readonly alert: string;
}

interface Silence {
  readonly id: string;
  readonly createdBy: string;
  readonly status: { readonly state: string };
  readonly matchers: readonly { readonly name: string; readonly value: string }[];
}

const AUTHOR = "vigie-drill";
const HOUR = 3_600_000;

/** Silences an alert in Alertmanager for an hour. Its repair ends every silence of it that a drill has made. */
export const silence: Executor<"silence", Silenced> = {
  async prepare({ alert }, { proof }) {
    if (proof.urls.alertmanager === undefined) throw new Absent("the stack has no Alertmanager");
    return { alert };
  },
  async inject({ alert }, _, { proof, ask }) {
    const now = Date.now();
    await askJson(ask, `${proof.urls.alertmanager}api/v2/silences`, {
      signal: AbortSignal.timeout(8000),
      json: {
        matchers: [{ name: "alertname", value: alert, isRegex: false, isEqual: true }],
        startsAt: new Date(now).toISOString(),
        endsAt: new Date(now + HOUR).toISOString(),
        createdBy: AUTHOR,
        comment: `npm run drill: ${alert}`,
      },
    });
  },
  async repair({ alert }, tools) {
    const url = `${tools.proof.urls.alertmanager}api/v2`;
    const all = await askJson<readonly Silence[]>(tools.ask, `${url}/silences`, { signal: AbortSignal.timeout(8000) });
    const own = all.filter(
      ({ createdBy, status, matchers }) =>
        createdBy === AUTHOR && status.state !== "expired" && matchers.some(({ value }) => value === alert),
    );
    for (const { id } of own) await expire(`${url}/silence/${id}`, tools);
  },
};

async function expire(url: string, { ask }: Tools): Promise<void> {
  const { status, body } = await ask(url, { signal: AbortSignal.timeout(8000), method: "DELETE" });
  if (status !== 200 && status !== 404)
    throw new Error(`Alertmanager keeps a silence: ${status} ${body.slice(0, 160)}`);
}
