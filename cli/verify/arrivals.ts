/** Whether a test notification is in an inbox that stands in for people. */

import type { Arrivals } from "../../signals/proof.ts";
import { type Ask, askJson } from "./ask.ts";

interface Notice {
  readonly notice: { readonly alerts?: readonly { readonly labels?: Readonly<Record<string, string>> }[] };
}

/** Whether an inbox has a notice or a mail that names the test. */
export async function arrived(ask: Ask, { kind, url }: Arrivals, id: string, signal: AbortSignal): Promise<boolean> {
  switch (kind) {
    case "notices": {
      const notices = await askJson<readonly Notice[]>(ask, url, { signal });
      return notices.some(({ notice }) => notice.alerts?.some(({ labels }) => labels?.verify === id));
    }
    case "mails": {
      const search = `${url}api/v1/search?query=${encodeURIComponent(`"${id}"`)}`;
      const { messages } = await askJson<{ messages: readonly unknown[] }>(ask, search, { signal });
      return messages.length > 0;
    }
    default:
      return kind satisfies never;
  }
}
