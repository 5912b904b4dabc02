import { request } from "node:http";

/** What a site answered. */
export interface NamedAnswer {
  readonly status: number;
  /** Where it sends the visitor. */
  readonly location: string | undefined;
  readonly text: string;
}

/**
 * Asks the edge on this machine for a site by its host name, which `fetch` would not send.
 *
 * @param form what is posted; without it the path is only asked for
 */
export function askByName(
  hostname: string,
  path: string,
  form?: Readonly<Record<string, string>>,
): Promise<NamedAnswer> {
  const body = form === undefined ? undefined : new URLSearchParams(form).toString();
  const headers = {
    host: hostname,
    ...(body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", path, method: body === undefined ? "GET" : "POST", headers },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, location: answer.headers.location, text }));
      },
    );
    sent.on("error", reject).end(body);
  });
}
