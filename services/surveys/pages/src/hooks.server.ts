import type { Handle, HandleServerError } from "@sveltejs/kit/hooks";

/** Gives pages what the gateway can do for whoever asks; and answers a download by the file itself. */
export const handle: Handle = async ({ event, resolve }) => {
  const { platform, url, locals, isDataRequest } = event;
  if (platform === undefined) throw new Error("the pages are served by the gateway alone");
  const { visit } = platform.req;
  locals.visit = visit;
  if (event.route.id === "/download" && url.searchParams.has("format") && !isDataRequest) {
    const file = await visit.answers(Object.fromEntries(url.searchParams));
    if (file.ok) {
      const { text, type, disposition } = file.data;
      return new Response(text, { headers: { "Content-Type": type, "Content-Disposition": disposition } });
    }
    // The page tells why, in the file's place.
    locals.noFile = file.refusal;
  }
  return resolve(event);
};

/** What nobody expected goes to the gateway's log, and never to a page. */
export const handleError: HandleServerError = ({ kind, error, event }) => {
  const visit = event.platform?.req.visit;
  const requestId = visit?.requestId ?? "";
  if (kind === "framework" && error.status === 404) return { requestId, message: "There is no page at this address." };
  // Who has left in the middle of a form is told nothing, and it is nobody's fault.
  if (kind !== "unknown" || event.request.signal.aborted) return { requestId };
  visit?.failed(error);
  return { requestId, message: "Something failed inside the service. Give the request id to its team." };
};
