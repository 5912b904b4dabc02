import { windowsNow } from "../described.ts";
import { part } from "../part.ts";
import type { Overview } from "../schemas.ts";
import type { Stack } from "../stack.ts";
import { measuredOf } from "./measured.ts";

/** The first page: every service with its state and figures, and what fires. */
export async function overviewOf(stack: Stack): Promise<Overview> {
  const { description } = stack;
  const [measured, alerts] = await Promise.all([part(measuredOf(stack)), part(stack.alertmanager.alerts())]);
  const maintenance = windowsNow(description.maintenance);
  return {
    stack: description.stack,
    services: description.services.map(({ name, system = "", owner, targets }) => ({
      name,
      system,
      owner,
      targets,
      maintained: maintenance.some(({ services }) => services.includes(name)),
    })),
    measured,
    alerts,
    maintenance,
    pages: { ...description.pages },
  };
}
