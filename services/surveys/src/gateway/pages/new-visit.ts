import type { FastifyReply, FastifyRequest } from "fastify";
import type { Static, TSchema } from "typebox";
import { getLogger, Problem, validatorCompiler } from "../../../../telemetry/node/index.ts";
import type { User } from "../../between/contract.ts";
import type { GatewayApiOptions } from "../api-options.ts";
import { callerAddress } from "../caller-address.ts";
import { newPeople } from "../people.ts";
import { addressSchema, downloadQuerySchema, linkSchema, mailedLinkSchema } from "../schemas.ts";
import { notSignedIn, recognise } from "../signed-in.ts";
import { surveysOf } from "../surveys-of.ts";
import type { Outcome, Visit } from "./visit.ts";

const log = getLogger("gateway.pages");

const checked = <T extends TSchema>(schema: T) => {
  const check = validatorCompiler({ schema, method: "POST", url: "", httpPart: "body" });
  return (given: unknown): Static<T> => {
    const read = check(given) as { readonly value?: unknown; readonly error?: Error };
    if (read.error !== undefined) throw read.error;
    return read.value as Static<T>;
  };
};

const addressOf = checked(addressSchema);
const linkOf = checked(linkSchema);
const mailedLinkOf = checked(mailedLinkSchema);
const downloadOf = checked(downloadQuerySchema);

/** Makes the visits to a gateway's pages, each of one request. */
export function visitsOf(options: GatewayApiOptions): (request: FastifyRequest, reply: FastifyReply) => Visit {
  const people = newPeople(options);
  const signedIn = { ...options, addressOf: callerAddress };

  return (request, reply) => {
    const told = <T>(work: () => Promise<T>) => outcomeOf(reply, work);
    let known: Promise<Outcome<User | undefined>> | undefined;
    const user = () => {
      known ??= told(() => recognise(request, reply, signedIn));
      return known;
    };
    const surveys = async () => {
      const found = await user();
      if (!found.ok) throw new Problem(found.refusal.status, found.refusal.kind, found.refusal.detail);
      if (found.data === undefined) throw notSignedIn();
      return surveysOf(options.upstreams.survey, found.data, request.id);
    };
    return {
      requestId: request.id,
      hadSession: options.cookie.of(request) !== undefined,
      user,
      sendLink: (kind, email) =>
        told(async () => {
          await people.limitSignIn(request);
          const address = addressOf({ email });
          await people.countLink(request);
          return (await people.sendLink(request, kind, address)).data;
        }),
      linkIn: (given) => {
        try {
          const { userId, secret } = mailedLinkOf(given);
          return { ok: true, data: { userId, secret } };
        } catch (error) {
          return refused(reply, error);
        }
      },
      useLink: (link) =>
        told(async () => {
          await people.limitSignIn(request);
          return people.useLink(request, reply, linkOf(link));
        }),
      signOut: () =>
        told(async () => {
          await people.limitLightly(request);
          await people.signOut(request, reply);
          return undefined;
        }),
      requests: () => told(async () => (await (await surveys()).list()).data),
      newRequest: () =>
        told(async () => {
          await (await surveys()).make();
          return undefined;
        }),
      answers: (query) =>
        told(async () => {
          const { format = "csv" } = downloadOf(query);
          return (await surveys()).download(format);
        }),
      failed: (error) => log.error("unexpected error", { error }),
    };
  };
}

async function outcomeOf<T>(reply: FastifyReply, work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, data: await work() };
  } catch (error) {
    return refused(reply, error);
  }
}

// The pages write their own answers: what a refusal says in headers, Node's has before.
function refused(reply: FastifyReply, error: unknown): Extract<Outcome<never>, { readonly ok: false }> {
  if (!(error instanceof Problem)) throw error;
  for (const [name, value] of Object.entries(error.headers)) reply.raw.setHeader(name, value);
  return { ok: false, refusal: { status: error.status, kind: error.kind, detail: error.message } };
}
