import { STATUS_CODES } from "node:http";
import type { Problem } from "../../../../telemetry/node/index.ts";

/** A refusal for people where the pages themselves have no part: nothing of it is asked of anything else. */
export function plainPage({ status, message }: Problem, requestId: string): string {
  const title = STATUS_CODES[status] ?? "Error";
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} · Surveys</title>
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      <p>${escaped(message)}</p>
      <p><a href="/">To the surveys</a></p>
      <p><small>Request ${escaped(requestId)}</small></p>
    </main>
  </body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
}
