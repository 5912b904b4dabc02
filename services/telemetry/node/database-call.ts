import type { ClientCall } from "./tracing.ts";

/** Which database is asked. */
export interface DatabaseAddress {
  /** In OpenTelemetry's words, such as `postgresql`. */
  readonly system: string;
  /** The server's name or address, as the service connects to it. */
  readonly host: string;
  /** The server's port. */
  readonly port: number;
  /** The database's name on that server. */
  readonly name: string;
}

const TARGET = /\b(?:FROM|INTO|UPDATE|JOIN)\s+([a-z_][\w.]*)/i;

/** Describes a statement for its span. Its text must have placeholders where values go: it is told as it is. */
export function databaseCall(database: DatabaseAddress, text: string): ClientCall {
  const operation = (/^\s*(\w+)/.exec(text)?.[1] ?? "QUERY").toUpperCase();
  const collection = TARGET.exec(text)?.[1];
  return {
    name: collection === undefined ? operation : `${operation} ${collection}`,
    attributes: {
      "db.system.name": database.system,
      "db.namespace": database.name,
      "db.operation.name": operation,
      ...(collection !== undefined && { "db.collection.name": collection }),
      "db.query.text": text,
      "server.address": database.host,
      "server.port": database.port,
    },
  };
}
