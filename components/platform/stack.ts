import * as pulumi from "@pulumi/pulumi";

/** `<project>-<stack>`: the directory of this stack among those of others. */
export function stackDirectory(): string {
  return `${pulumi.getProject()}-${pulumi.getStack()}`;
}

/** `<project>/<stack>`: what the label `vigie.stack` says. */
export function stackLabel(): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}`;
}
