import type { Problem } from "../../services/problems.ts";
import type { Service } from "../../services/service.ts";

/**
 * What is wrong with the secrets that a service is given: each that its declaration names, and no other.
 *
 * @param given their names
 */
export function secretProblems(spec: Pick<Service, "name" | "secretFiles">, given: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  for (const name of spec.secretFiles.filter((secret) => !given.includes(secret))) {
    problems.push({
      property: `secrets.${name}`,
      given: undefined,
      allowed: "the secret that the declaration names",
      fix: `Set it with \`pulumi config set --secret ${spec.name}-${name}\` and give it as \`secrets: { ${JSON.stringify(name)}: … }\`.`,
    });
  }
  for (const name of given.filter((secret) => !spec.secretFiles.includes(secret))) {
    problems.push({
      property: `secrets.${name}`,
      given: "(not shown)",
      allowed:
        spec.secretFiles.length === 0
          ? "no secret: the declaration names none"
          : `one of ${spec.secretFiles.join(", ")}`,
      fix: `Add ${JSON.stringify(name)} to \`secretFiles\` of the declaration.`,
    });
  }
  return problems;
}
