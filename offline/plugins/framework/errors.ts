/** Errors as the engine understands them. */
import grpc from "@grpc/grpc-js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import anyPb from "google-protobuf/google/protobuf/any_pb.js";
import { InitFailedError } from "./provider.ts";
import { encode } from "./values.ts";

/** An error with its gRPC status. */
export interface StatusError extends Error {
  /** The gRPC status code. */
  readonly code: grpc.status;
  /** The message that the engine shows. */
  readonly details: string;
  /** Structured details for the engine. */
  readonly metadata?: grpc.Metadata;
}

/** The error for something that a stand-in does not do. */
export function unimplemented(message: string): StatusError {
  return Object.assign(new Error(message), { code: grpc.status.UNIMPLEMENTED, details: message });
}

/** The error for settings that can't be used. */
export function invalidArgument(message: string): StatusError {
  return Object.assign(new Error(message), { code: grpc.status.INVALID_ARGUMENT, details: message });
}

/** Any thrown value as an error with a status; a resource that was made but failed goes along in the details. */
export function unknownFailure(error: unknown): StatusError {
  if (error instanceof InitFailedError) return initFailed(error);
  if (isStatusError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return Object.assign(new Error(message), { code: grpc.status.UNKNOWN, details: message });
}

// Shorter secrets would blot out ordinary words and numbers, and are none.
const SHORTEST_SECRET = 4;

/** Makes a function that blots out given secrets in a text. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  // A longer secret may contain a shorter one.
  const texts = [...new Set(secrets)]
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((left, right) => right.length - left.length);
  return (text) => texts.reduce((clean, secret) => clean.replaceAll(secret, "[secret]"), text);
}

/** An error without given secrets in its message. */
export function redactError(error: unknown, redact: (text: string) => string): unknown {
  if (error instanceof InitFailedError) return new InitFailedError(error.created, redact(error.reason));
  if (isStatusError(error))
    return Object.assign(error, { message: redact(error.message), details: redact(error.details) });
  return new Error(redact(error instanceof Error ? error.message : String(error)));
}

function isStatusError(error: unknown): error is StatusError {
  return error instanceof Error && "code" in error && typeof error.code === "number" && "details" in error;
}

function initFailed(error: InitFailedError): StatusError {
  const detail = new pb.ErrorResourceInitFailed()
    .setId(error.created.id)
    .setProperties(encode(error.created.outputs, new Set(error.created.secrets ?? [])))
    .setReasonsList([error.reason]);
  const packed = new anyPb.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusPb.Status().setCode(grpc.status.UNKNOWN).setMessage(error.reason);
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return Object.assign(new Error(error.reason), { code: grpc.status.UNKNOWN, details: error.reason, metadata });
}
