import type { Deployment } from "../schemas.ts";
import type { Stack } from "../stack.ts";
import { DEPLOYMENTS } from "./measured.ts";

/** The versions that were seen to run in the last week, the youngest first. @throws Away */
export async function deploymentsOf({ prometheus }: Stack): Promise<Deployment[]> {
  const found = await prometheus.now(DEPLOYMENTS);
  return found
    .map(({ labels, value }) => ({
      service: labels.service ?? "",
      version: labels.version ?? "",
      candidate: labels.candidate === "true",
      at: value,
    }))
    .sort((one, other) => other.at - one.at || one.service.localeCompare(other.service));
}
