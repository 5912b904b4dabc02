/** People of the surveys who ask the API itself, all the time: what they are answered while something changes. */

import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { mailedLinks, SITE } from "./visitor.ts";

/** What was answered. */
export interface Told {
  readonly status: number;
  readonly cookie: string | undefined;
  readonly text: string;
}

/** Asks the API on a connection of its own, by the site's name. */
export function tell(method: string, path: string, more: { cookie?: string; body?: object } = {}): Promise<Told> {
  const { cookie, body } = more;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    ...{ host: new URL(SITE).host, origin: SITE },
    ...(cookie === undefined ? {} : { cookie }),
    ...(text === undefined ? {} : { "content-type": "application/json" }),
  };
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", path: `/api/v1${path}`, method, headers, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      answer.on("error", reject).on("end", () => {
        const [cookie] = (answer.headers["set-cookie"]?.[0] ?? "").split(";");
        resolve({ status: answer.statusCode ?? 0, cookie: cookie || undefined, text });
      });
    });
    sent.on("error", reject).end(text);
  });
}

/** Has a link mailed to somebody: what it carries. */
export async function askForLink(email: string): Promise<{ userId: string; secret: string }> {
  const before = (await mailedLinks(email)).length;
  expect((await tell("POST", "/auth/signup", { body: { email } })).status).toBe(202);
  await expect.poll(async () => (await mailedLinks(email)).length).toBe(before + 1);
  const { searchParams } = new URL((await mailedLinks(email))[0] ?? "nothing:");
  return { userId: searchParams.get("userId") ?? "", secret: searchParams.get("secret") ?? "" };
}

/** Signs in by what a link carries; the answer is the header Cookie. */
export async function signInBy(link: { userId: string; secret: string }): Promise<string> {
  const answer = await tell("POST", "/auth/verify", { body: link });
  expect(answer.status, answer.text).toBe(200);
  return answer.cookie ?? "";
}

/** What was done, and how many answers each request had by status, or what there was in the place of an answer. */
export interface Lived<T> {
  readonly done: T;
  readonly answers: Readonly<Record<string, number>>;
}

/**
 * Does something while people list their requests and make new ones. Each asks a little less often than one person may.
 *
 * @param cookies those of the people, whose sessions may get other ids meanwhile
 */
export async function lived<T>(cookies: string[], work: () => Promise<T>): Promise<Lived<T>> {
  let stop = false;
  const answers: Record<string, number> = {};
  const ask = async (person: number, method: string, path: string) => {
    const cookie = cookies[person] ?? "";
    const answer = await tell(method, path, { cookie }).then(
      ({ status, cookie: next }) => {
        if (next !== undefined) cookies[person] = next;
        return String(status);
      },
      (error: NodeJS.ErrnoException) => error.code ?? String(error),
    );
    const key = `${method} ${path} ${answer}`;
    answers[key] = (answers[key] ?? 0) + 1;
  };
  const live = async (person: number): Promise<void> => {
    for (let round = 0; !stop; round += 1) {
      // Three lists, then a new request.
      const one = round % 4 === 3 ? ask(person, "POST", "/surveys/new") : ask(person, "GET", "/surveys/list");
      await Promise.all([one, sleep(600)]);
    }
  };
  const people = Promise.all(cookies.map((_cookie, person) => live(person)));
  const done = await work().finally(() => {
    stop = true;
  });
  await people;
  return { done, answers };
}
