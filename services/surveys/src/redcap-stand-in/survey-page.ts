import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { Problem } from "../../../telemetry/node/index.ts";
import type { Records, StoredRecord } from "./records.ts";

/** What {@link surveyPage} needs. */
export interface SurveyPageOptions {
  /** The project. */
  readonly records: Records;
  /** Its form. */
  readonly instrument: string;
}

const whichSchema = Type.Object(
  { s: Type.String({ pattern: "^[A-Za-z0-9_-]{1,64}$", description: "the secret part of a survey link" }) },
  { additionalProperties: false },
);

const answersSchema = Type.Object({ comment: Type.Optional(Type.String({ maxLength: 1000 })) });

/** The page at a survey link: its form completes the request. */
export const surveyPage: FastifyPluginAsyncTypebox<SurveyPageOptions> = async (app, { records, instrument }) => {
  const complete = `${instrument}_complete`;
  const recordOf = (hash: string): StoredRecord => {
    const record = records.byHash(hash);
    if (record === undefined) throw new Problem(404, "survey-not-found", "There is no survey at this address.");
    return record;
  };

  app.get("/surveys/", { schema: { querystring: whichSchema } }, (request, reply) => {
    const isComplete = recordOf(request.query.s)[complete] === "2";
    return reply.type("text/html; charset=utf-8").send(page(isComplete ? THANKS : FORM));
  });

  app.post("/surveys/", { schema: { querystring: whichSchema, body: answersSchema } }, (request, reply) => {
    const record = recordOf(request.query.s);
    record.comment = request.body.comment ?? "";
    record[complete] = "2";
    return reply.type("text/html; charset=utf-8").send(page(THANKS));
  });
};

// Without an action a form is sent to the address of its page.
const FORM = `<form method="post">
<p><label for="comment">What would you like to tell?</label></p>
<p><textarea id="comment" name="comment" maxlength="1000" rows="5" cols="60"></textarea></p>
<p><button type="submit">Submit</button></p>
</form>`;

const THANKS = '<p role="status">Thank you: this survey is complete.</p>';

function page(main: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Survey (stand-in for REDCap)</title></head>
<body>
<main>
<h1>Survey</h1>
<p>This page is of a stand-in for REDCap, for development and tests.</p>
${main}
</main>
</body>
</html>
`;
}
