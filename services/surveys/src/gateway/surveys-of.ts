import type { Static } from "typebox";
import { Compile } from "typebox/compile";
import { dataSchema, linksSchema, requestMadeSchema, requestsSchema, type User } from "../between/contract.ts";
import type { AnswersFile } from "./answers-file.ts";
import { jsonOf } from "./json.ts";
import type { downloadQuerySchema, listSchema } from "./schemas.ts";
import type { UpstreamClient } from "./upstream.ts";
import { problemOfForm } from "./upstream-problems.ts";

const BASE = "/api/v1/surveys";

const made = Compile(requestMadeSchema);
const requests = Compile(requestsSchema);
const links = Compile(linksSchema);
const answers = Compile(dataSchema);

/** What a person may have of the surveys, for the API and for the pages. All of it throws Problems. */
export interface SurveysOf {
  /** The requests, newest first, with where they are filled in. */
  list(): Promise<Static<typeof listSchema>>;
  /** Makes a request, if the rule lets it be. */
  make(): Promise<Static<typeof requestMadeSchema>>;
  /** Where incomplete requests are filled in. */
  links(): Promise<Static<typeof linksSchema>>;
  /** All answers. */
  download(format: NonNullable<Static<typeof downloadQuerySchema>["format"]>): Promise<AnswersFile>;
}

/**
 * What one person may have. Whose it is comes from the session alone, and is added here.
 *
 * @param requestId id of the request that it is asked for
 */
export function surveysOf(survey: UpstreamClient, user: User, requestId: string): SurveysOf {
  const { userId, email } = user;
  const asked = (path: string) => ({ path: `${BASE}/${path}`, query: { userId }, user, requestId });
  return {
    list: async () => {
      const [{ data: all }, { data: found }] = await Promise.all([
        survey.askJson(asked("requests"), requests),
        survey.askJson(asked("links"), links),
      ]);
      const urls = new Map(found.map(({ id, url }) => [id, url]));
      const withUrl = (url: string | undefined) => (url === undefined ? {} : { url });
      return { data: all.map((one) => ({ ...one, ...withUrl(urls.get(one.id)) })) };
    },
    make: () =>
      survey.askJson({ method: "POST", path: `${BASE}/requests`, requestId, user, body: { userId, email } }, made),
    links: () => survey.askJson(asked("links"), links),
    download: async (format) => {
      const data = asked("data");
      const answer = await survey.ask({ ...data, query: { ...data.query, format } });
      const isCsv = answer.headers.get("content-type")?.startsWith("text/csv") ?? false;
      const isRight = format === "csv" ? isCsv : answers.Check(jsonOf(answer.text));
      if (!isRight) throw problemOfForm("survey");
      const day = new Date().toISOString().slice(0, 10);
      return {
        text: answer.text,
        type: format === "csv" ? "text/csv; charset=utf-8" : "application/json; charset=utf-8",
        disposition: `attachment; filename="surveys-${day}.${format}"`,
      };
    },
  };
}
