import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyReply } from "fastify";
import { type Static, Type } from "typebox";

/** What the API is asked for, as faults tell it apart. */
export type Action = "export" | "import" | "surveyLink";

/** `PUT /faults`: what the API does from now on. */
export const faultsSchema = Type.Object(
  {
    slowMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 60_000,
        description: "milliseconds from 0 to 60000 that each call waits first",
      }),
    ),
    status: Type.Optional(
      Type.Integer({ minimum: 400, maximum: 599, description: "a status from 400 to 599 that nothing is done with" }),
    ),
    token: Type.Optional(Type.Literal("wrong", { description: "wrong: every token is" })),
    cut: Type.Optional(Type.Boolean({ description: "true: what is asked is done, and the answer breaks off" })),
    only: Type.Optional(
      Type.Union([Type.Literal("export"), Type.Literal("import"), Type.Literal("surveyLink")], {
        description: "export, import or surveyLink: what fails; left out, all of it",
      }),
    ),
  },
  { additionalProperties: false },
);

/** What the API does on demand. */
export type Faults = Static<typeof faultsSchema>;

/** The faults that a call meets. */
export function faultsFor(faults: Faults, action: Action): Faults {
  return faults.only === undefined || faults.only === action ? faults : {};
}

/** Waits as the faults say. */
export async function beSlow({ slowMs = 0 }: Faults): Promise<void> {
  if (slowMs > 0) await sleep(slowMs);
}

/** Sends half of an answer, then ends the connection. */
export function cutOff(reply: FastifyReply, contentType: string, text: string): FastifyReply {
  const bytes = Buffer.from(text);
  reply.hijack();
  reply.raw.writeHead(200, { "Content-Type": contentType, "Content-Length": bytes.length + 1 });
  reply.raw.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => reply.raw.destroy());
  return reply;
}
