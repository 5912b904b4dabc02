/** What a page can do for whoever asks for it: the pages are built apart, and this is all that they know of the gateway. */

import type { AnswersFile } from "../answers-file.ts";

/** Why something was not done, for people. */
export interface Refusal {
  /** As in HTTP: `409`. */
  readonly status: number;
  /** The kind, in kebab-case; null where the status tells it all. */
  readonly kind: string | null;
  /** What went wrong, and what to do. */
  readonly detail: string;
}

/** What came of something that may be refused. */
export type Outcome<T> = { readonly ok: true; readonly data: T } | { readonly ok: false; readonly refusal: Refusal };

/** Somebody who is signed in. */
export interface Visitor {
  /** The address for mail. */
  readonly email: string;
}

/** A mailed link's two parts. */
export interface MailedLink {
  /** Whose it is. */
  readonly userId: string;
  /** What holds once. */
  readonly secret: string;
}

/** A request for a survey, as a page lists it. */
export interface ListedRequest {
  /** REDCap's number of it. */
  readonly id: string;
  /** When it was made, in RFC 3339. */
  readonly createdAt: string;
  /** Whether it is filled in. */
  readonly complete: boolean;
  /** Where it is filled in; only while it is to be. */
  readonly url?: string;
}

/**
 * One request for a page, with what the API does, by the same code: sessions, limits, checks, and the services behind.
 * Each answer that is refused is refused in the API's words; only what nobody expected is thrown.
 */
export interface Visit {
  /** Id of the request, which its lines and its trace have, too. */
  readonly requestId: string;
  /** Whether the browser says that somebody was signed in. */
  readonly hadSession: boolean;
  /** Who is signed in. It is counted as one request, however often it is asked. */
  user(): Promise<Outcome<Visitor | undefined>>;
  /** Has a link mailed, to begin or to come back. */
  sendLink(kind: "signup" | "login", email: string): Promise<Outcome<{ readonly expires: string }>>;
  /** The link in a query or a form, if it has the form of one; nothing is used up. */
  linkIn(given: Readonly<Record<string, string>>): Outcome<MailedLink>;
  /** Signs in by a link, which is used up. */
  useLink(link: MailedLink): Promise<Outcome<Visitor>>;
  /** Signs out. */
  signOut(): Promise<Outcome<undefined>>;
  /** The requests of whoever is signed in, newest first. */
  requests(): Promise<Outcome<readonly ListedRequest[]>>;
  /** Makes a request, if the rule lets it be. */
  newRequest(): Promise<Outcome<undefined>>;
  /** All answers of whoever is signed in, in the format that was asked for. */
  answers(query: Readonly<Record<string, string>>): Promise<Outcome<AnswersFile>>;
  /** Logs what nobody expected. */
  failed(error: unknown): void;
}
