/**
 * The Node language host: runs a Pulumi program in Node for the engine.
 *
 * Pulumi's own host is in no package registry. This one serves the same service, and leaves all work to the program that
 * `@pulumi/pulumi` ships for it, `cmd/run`.
 */
import grpc from "@grpc/grpc-js";
import languageGrpc from "@pulumi/pulumi/proto/language_grpc_pb.js";
import { languageService } from "./service.ts";

const engineAddress = process.argv.slice(2).at(-1) ?? "";
const children = new Set<() => void>();
const server = new grpc.Server({
  "grpc.max_receive_message_length": 400 * 1024 * 1024,
  "grpc.max_send_message_length": 400 * 1024 * 1024,
});
server.addService(
  languageGrpc.LanguageRuntimeService,
  languageService({ engineAddress, children, log: (line) => process.stderr.write(`${line}\n`) }) as never,
);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    process.stderr.write(`the language host can't listen on the loopback interface: ${error.message}\n`);
    process.exit(1);
  }
  process.stdout.write(`${port}\n`);
});

// The engine holds the other end of standard input: its end is seen even after a `kill -9`.
const end = () => {
  for (const kill of children) kill();
  process.exit(0);
};
process.stdin.on("end", end).on("close", end).on("error", end).resume();
process.on("SIGINT", end).on("SIGTERM", end);
process.stdout.on("error", () => undefined);
process.stderr.on("error", () => undefined);
