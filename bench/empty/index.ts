import * as pulumi from "@pulumi/pulumi";

/** The stack's name, so that the SDK is really loaded. */
export const stack = pulumi.getStack();
