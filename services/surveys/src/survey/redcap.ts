import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { httpCall, readSecret } from "../../../telemetry/node/index.ts";
import type { SurveyRequest } from "../between/contract.ts";
import { fieldIs } from "./filter-logic.ts";
import type { Breaker, Call } from "./redcap-breaker.ts";
import { jsonOf, RedcapFailure, textOf } from "./redcap-failure.ts";
import type { RedcapSettings } from "./settings.ts";

/** What a record of a new request holds. */
export interface NewRequest {
  /** Field `user_id`. */
  readonly userId: string;
  /** Field `email`. */
  readonly email: string;
  /** Field `request_key`: of this one try, so that a request whose answer was lost is found again. */
  readonly key: string;
  /** Field `created_at`, in RFC 3339. */
  readonly createdAt: string;
}

/** A record as REDCap exports it: each field as text. */
export type RedcapRecord = Readonly<Record<string, string>>;

/**
 * A project of REDCap, by the parts of its API that are used here.
 *
 * Written to the documentation that each REDCap has at `/api/help/`: methods "Export Records", "Import Records" and
 * "Export Survey Link"; a POST of a form with `token` and `content` each. The project needs record auto-numbering, and
 * the fields `record_id`, `user_id`, `email`, `request_key` and `created_at` (text, no validation) in the instrument,
 * which is enabled as a survey. All methods throw {@link RedcapFailure}.
 */
export interface RedcapClient {
  /** All requests of a user, the newest first. */
  requestsOf(userId: string): Promise<SurveyRequest[]>;
  /** The request with a key of its own, or undefined. */
  find(key: string): Promise<SurveyRequest | undefined>;
  /** Makes a record. Never sent twice: see {@link RedcapFailure.mayBeDone}. The answer is its `record_id`. */
  add(request: NewRequest): Promise<string>;
  /** Where the form of a record is filled in. Who has the address may do it. */
  linkOf(id: string): Promise<string>;
  /** All answers of a user. */
  answersOf(userId: string): Promise<RedcapRecord[]>;
  /** The same as REDCap's CSV with a line of names; empty without any record. */
  answersAsCsv(userId: string): Promise<string>;
}

type Parameters = Readonly<Record<string, string>>;

const recordsSchema = Compile(Type.Array(Type.Record(Type.String(), Type.String())));
const idsSchema = Compile(Type.Array(Type.String(), { minItems: 1, maxItems: 1 }));

// Required by an import even where REDCap numbers the records itself.
const PROVISIONAL_ID = "new";

/** A client for the project that the settings name. */
export function redcapClient(settings: RedcapSettings, breaker: Breaker): RedcapClient {
  const { url, tokenFile, instrument } = settings;
  const complete = `${instrument}_complete`;

  // An answer is read as a part of its try: one that breaks off is a failure, and asked for again.
  const ask = async <T>(call: Call, parameters: Parameters, read: (text: string) => T): Promise<T> => {
    const body = new URLSearchParams({ token: readSecret(tokenFile), returnFormat: "json", ...parameters });
    return breaker.call(call, parameters.action !== "import", async (timeoutMs) =>
      read(textOf(await httpCall("redcap", url, { method: "POST", body, timeoutMs }))),
    );
  };

  const records = async (call: Call, field: string, value: string, wanted: Parameters): Promise<RedcapRecord[]> => {
    const filterLogic = fieldIs(field, value);
    const parameters = { content: "record", format: "json", type: "flat", filterLogic, ...wanted };
    const found = await ask(call, parameters, readRecords);
    // REDCap may compare loosely, as numbers or without case: only who is really meant may see a record.
    return found.filter((record) => record[field] === value);
  };

  const requestOf = (record: RedcapRecord): SurveyRequest => {
    const { record_id: id = "", created_at: createdAt = "" } = record;
    // A record that somebody made in REDCap itself may have none.
    const at = Date.parse(createdAt);
    // As somebody typed it there, it need not be a time that other services read.
    return { id, createdAt: new Date(Number.isNaN(at) ? 0 : at).toISOString(), complete: record[complete] === "2" };
  };

  const summary = listed("fields", ["record_id", "user_id", "request_key", "created_at", complete]);
  const wholeForm = { ...listed("fields", ["record_id"]), ...listed("forms", [instrument]) };

  return {
    requestsOf: async (userId) => {
      const found = (await records("list", "user_id", userId, summary)).map(requestOf);
      return found.sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id));
    },
    find: async (key) => (await records("find", "request_key", key, summary)).map(requestOf)[0],
    add: async ({ userId, email, key, createdAt }) => {
      const record = { record_id: PROVISIONAL_ID, user_id: userId, email, request_key: key, created_at: createdAt };
      const parameters = {
        content: "record",
        action: "import",
        format: "json",
        type: "flat",
        overwriteBehavior: "normal",
        forceAutoNumber: "true",
        returnContent: "auto_ids",
        data: JSON.stringify([{ ...record, [complete]: "0" }]),
      };
      return ask("import", parameters, readId);
    },
    linkOf: (id) => ask("link", { content: "surveyLink", record: id, instrument }, readLink),
    answersOf: (userId) => records("data", "user_id", userId, wholeForm),
    answersAsCsv: async (userId) => {
      const ids = (await records("list", "user_id", userId, summary)).map((record) => record.record_id ?? "");
      // REDCap takes an empty list of records for all of them.
      if (ids.length === 0) return "";
      const filterLogic = fieldIs("user_id", userId);
      const wanted = { ...listed("records", ids), ...wholeForm };
      const parameters = { content: "record", format: "csv", type: "flat", filterLogic, ...wanted };
      return ask("data", parameters, (text) => text);
    },
  };
}

function readRecords(text: string): RedcapRecord[] {
  const found = jsonOf(text);
  if (!recordsSchema.Check(found)) throw new RedcapFailure("unexpected");
  return found;
}

// "new id,given id" for each record.
function readId(text: string): string {
  const ids = jsonOf(text);
  const [id, given] = idsSchema.Check(ids) ? (ids[0] ?? "").split(",") : [];
  if (!id || given !== PROVISIONAL_ID) throw new RedcapFailure("unexpected");
  return id;
}

function readLink(text: string): string {
  const link = text.trim();
  if (!/^https?:\/\//.test(link) || !URL.canParse(link)) throw new RedcapFailure("unexpected");
  return link;
}

// As PHP reads lists: fields[0]=…&fields[1]=…
function listed(name: string, values: readonly string[]): Parameters {
  return Object.fromEntries(values.map((value, index) => [`${name}[${index}]`, value]));
}
