import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { readSecret } from "../../../telemetry/node/index.ts";
import { type Action, beSlow, cutOff, type Faults, faultsFor } from "./faults.ts";
import { csvOf, fieldsOf, type Records, WrongQuestion } from "./records.ts";
import type { Settings } from "./settings.ts";

/** What {@link redcapApi} needs. */
export interface RedcapApiOptions {
  /** The project. */
  readonly records: Records;
  /** The faults at this moment. */
  readonly faults: () => Faults;
  /** Token, form and own address. */
  readonly settings: Pick<Settings, "tokenFile" | "instrument" | "publicUrl">;
}

/** The parameters of a call, as a form has them. */
type Form = Readonly<Record<string, string>>;

const formSchema = Type.Record(Type.String(), Type.String());
const importSchema = Compile(Type.Array(Type.Record(Type.String(), Type.String()), { minItems: 1, maxItems: 100 }));

/** `POST /api/`, as REDCap's documentation has it for what is spoken here. */
export const redcapApi: FastifyPluginAsyncTypebox<RedcapApiOptions> = async (app, { records, faults, settings }) => {
  const answer = (form: Form, action: Action): { type: string; text: string } => {
    if (action === "surveyLink") {
      if (form.instrument !== settings.instrument) throw new WrongQuestion("The instrument is not valid.");
      const hash = records.hashOf(form.record ?? "");
      return { type: "text/html; charset=utf-8", text: `${settings.publicUrl}/surveys/?s=${hash}` };
    }
    const text = action === "import" ? imported(records, form) : exported(records, form, settings.instrument);
    return { type: form.format === "csv" ? "text/csv; charset=utf-8" : "application/json", text };
  };

  app.post("/api/", { schema: { body: formSchema } }, async (request, reply) => {
    const form = request.body;
    const action = actionOf(form);
    const met = faultsFor(faults(), action ?? "export");
    await beSlow(met);
    if (met.status !== undefined) return refuse(reply, met.status, "An error on demand.");
    if (met.token === "wrong" || form.token !== readSecret(settings.tokenFile)) {
      return refuse(reply, 403, "You do not have permissions to use the API");
    }
    try {
      if (action === undefined) throw new WrongQuestion('The value of the parameter "content" is not valid.');
      const { type, text } = answer(form, action);
      return met.cut ? cutOff(reply, type, text) : reply.type(type).send(text);
    } catch (error) {
      if (error instanceof WrongQuestion) return refuse(reply, 400, error.message);
      throw error;
    }
  });
};

// REDCap's form of an error, where `returnFormat` is json.
function refuse(reply: FastifyReply, status: number, error: string): FastifyReply {
  return reply.code(status).type("application/json").send(JSON.stringify({ error }));
}

function actionOf({ content, action = "export" }: Form): Action | undefined {
  if (content === "surveyLink") return "surveyLink";
  if (content !== "record") return undefined;
  return action === "export" || action === "import" ? action : undefined;
}

function exported(records: Records, form: Form, instrument: string): string {
  const all = fieldsOf(instrument);
  if (form.type !== "flat") throw new WrongQuestion("This stand-in exports type=flat only.");
  const forms = listOf(form, "forms");
  if (forms.some((name) => name !== instrument)) throw new WrongQuestion("The form is not of this project.");
  const named = listOf(form, "fields");
  const unknown = named.filter((field) => !all.includes(field));
  if (unknown.length > 0) throw new WrongQuestion('The following values in the parameter "fields" are not valid.');
  const fields = forms.length > 0 || named.length === 0 ? all : all.filter((field) => named.includes(field));
  const ids = listOf(form, "records");
  const found = records
    .filtered(form.filterLogic ?? "")
    .filter((record) => ids.length === 0 || ids.includes(record.record_id ?? ""));
  if (form.format === "csv") return csvOf(found, fields);
  if (form.format !== "json") throw new WrongQuestion("This stand-in exports json and csv only.");
  return JSON.stringify(found.map((record) => Object.fromEntries(fields.map((field) => [field, record[field] ?? ""]))));
}

function imported(records: Records, form: Form): string {
  if (form.format !== "json" || form.type !== "flat" || form.forceAutoNumber !== "true") {
    throw new WrongQuestion("This stand-in imports format=json, type=flat, forceAutoNumber=true only.");
  }
  const given = parsed(form.data ?? "");
  if (!importSchema.Check(given)) throw new WrongQuestion("The data being imported is not formatted correctly.");
  const ids = given.map((record) => ({ id: records.add(record), given: record.record_id ?? "" }));
  if (form.returnContent === "auto_ids") return JSON.stringify(ids.map((one) => `${one.id},${one.given}`));
  if (form.returnContent === "ids") return JSON.stringify(ids.map((one) => one.id));
  return JSON.stringify({ count: ids.length });
}

// As PHP reads lists: fields[0]=…&fields[1]=…
function listOf(form: Form, name: string): string[] {
  return Object.entries(form)
    .filter(([key]) => key.startsWith(`${name}[`) && key.endsWith("]"))
    .map(([, value]) => value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
