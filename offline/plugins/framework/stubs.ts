/** The generated gRPC stubs, whose CommonJS exports Node can't see by name. */
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";

/** The definition of the engine's ResourceProvider service. */
export const ResourceProviderService = providerGrpc.ResourceProviderService;
