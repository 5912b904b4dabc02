/** The headers of {@link signInPage}. Its address holds the secret: it is told to nobody, and kept nowhere. */
export const SIGN_IN_HEADERS = {
  "Cache-Control": "no-store",
  "Content-Type": "text/html; charset=utf-8",
  // Not "no-referrer": with that, browsers send the form without its origin. Of the address they send no more than that.
  "Referrer-Policy": "strict-origin",
} as const;

/**
 * The page that a mailed link opens: one button. A link is used up by that only, as programs that look through mails
 * open the links in them.
 *
 * @param userId of a form that HTML needs no escapes for: `userIdSchema`
 * @param secret the same: `verifySchema`
 */
export function signInPage(userId: string, secret: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <title>Sign in</title>
  </head>
  <body>
    <main>
      <h1>Sign in to the surveys</h1>
      <form method="post" action="/api/v1/auth/verify">
        <input type="hidden" name="userId" value="${userId}">
        <input type="hidden" name="secret" value="${secret}">
        <button type="submit">Sign in</button>
      </form>
    </main>
  </body>
</html>
`;
}
