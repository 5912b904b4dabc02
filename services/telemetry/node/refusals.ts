import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import { getLogger } from "./logs.ts";
import { UNMATCHED } from "./metrics.ts";
import { Problem, problemBody } from "./problems.ts";
import { newRequestId } from "./request-id.ts";

const log = getLogger("vigie.problems");

/** The problem that an error is answered with. What nobody expected is logged, and told only as its request id. */
export function problemOf(error: unknown, bodyLimit: number): Problem {
  if (error instanceof Problem) return error;
  const { statusCode: status = 500, code = "" } = error as Partial<FastifyError>;
  if (status >= 400 && status < 500) return new Problem(status, null, detailOf(status, code, bodyLimit));
  log.error("unexpected error", { error });
  return new Problem(500, null, "Something failed inside the service. Give the request id to its team.");
}

function detailOf(status: number, code: string, bodyLimit: number): string {
  if (code === "FST_ERR_BAD_URL") return "The address can't be read: it isn't properly encoded.";
  if (code.startsWith("FST_ERR_MAX_PARAM")) return "The address is too long.";
  if (status === 400) return "The body can't be read as JSON.";
  if (status === 404) return "There is nothing at this address.";
  if (status === 413) return `The body is too large: at most ${bodyLimit} bytes.`;
  if (status === 415) return "The body must be JSON, with the header Content-Type: application/json.";
  return STATUS_CODES[status] ?? "The request can't be answered.";
}

/** Answers with a problem; caches must not keep it. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const body = Buffer.from(JSON.stringify(problemBody(problem, reply.request.id)));
  return (
    reply
      .code(problem.status)
      .headers({ "Cache-Control": "no-store", "Content-Type": "application/problem+json", ...problem.headers })
      // As bytes: a text would be sent through the schema of the route's answers.
      .send(body)
  );
}

/** Refuses the methods that a path doesn't take with a 405 that lists those that it takes. Call it after its routes. */
export function refuseOtherMethods(app: FastifyInstance, path: string): void {
  const known = app.supportedMethods;
  const taken = known.filter((method) => app.hasRoute({ method, url: path }));
  const refuse = () => {
    const detail = "This address doesn't take that method. The header Allow lists those that it takes.";
    throw new Problem(405, null, detail, { headers: { Allow: taken.join(", ") } });
  };
  app.route({
    method: known.filter((method) => !taken.includes(method)),
    url: path,
    schema: { hide: true },
    // Before the body is read: what is wrong with it doesn't matter here.
    onRequest: async () => refuse(),
    handler: refuse,
  });
}

/** Answers what isn't a proper HTTP request, which never reaches the application. */
export function refuseRawRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  // The caller is gone: there is nobody to answer.
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const requestId = newRequestId();
  const problem = rawProblemOf(error.code);
  const fields = { status: problem.status, request_id: requestId, route: UNMATCHED };
  getLogger("vigie.requests").info(`refused what isn't a proper HTTP request: ${error.code}`, fields);
  const body = JSON.stringify(problemBody(problem, requestId));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    "Connection: close",
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-ID: ${requestId}`,
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

function rawProblemOf(code: string | undefined): Problem {
  if (code === "HPE_HEADER_OVERFLOW") return new Problem(431, null, "The address and the headers are too large.");
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return new Problem(408, null, "The request took too long to arrive.");
  return new Problem(400, null, "This isn't a proper HTTP request.");
}
