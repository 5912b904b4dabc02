/** Shows lines of a resource's output to the user, through the engine. */
import grpc from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";

/** How important a line is. */
export type Severity = "debug" | "info" | "warning" | "error";

/** A way to the engine's log. */
export interface EngineLog {
  /** Says where the engine is. */
  readonly connect: (address: string) => void;
  /** Shows a line at a resource. */
  readonly log: (severity: Severity, urn: string, message: string) => void;
  /** Resolves when every line has arrived. */
  readonly flush: () => Promise<void>;
}

const SEVERITIES: Record<Severity, enginePb.LogSeverity> = {
  debug: enginePb.LogSeverity.DEBUG,
  info: enginePb.LogSeverity.INFO,
  warning: enginePb.LogSeverity.WARNING,
  error: enginePb.LogSeverity.ERROR,
};

/** Makes a way to the engine's log; lines before {@link EngineLog.connect} are dropped. */
export function engineLog(): EngineLog {
  let client: engineGrpc.EngineClient | undefined;
  // One call after the other: lines must arrive in their order.
  let queue: Promise<void> = Promise.resolve();
  return {
    connect: (address) => {
      if (client === undefined && address !== "") {
        client = new engineGrpc.EngineClient(address, grpc.credentials.createInsecure());
      }
    },
    log: (severity, urn, message) => {
      queue = queue.then(() => send(client, severity, urn, message));
    },
    flush: () => queue,
  };
}

function send(
  client: engineGrpc.EngineClient | undefined,
  severity: Severity,
  urn: string,
  message: string,
): Promise<void> {
  if (client === undefined) return Promise.resolve();
  const request = new enginePb.LogRequest().setSeverity(SEVERITIES[severity]).setUrn(urn).setMessage(message);
  // A line that can't be shown must not fail the deployment.
  return new Promise((resolve) => client.log(request, () => resolve()));
}
