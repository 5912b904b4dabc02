// The foot of each page: who answered, and how many visits there were.
import { askVisits, served } from "./api.js";
import { byId } from "./dom.js";
import { plural } from "./format.js";
import { countedBefore } from "./visitor.js";

const VISITS_TIMEOUT = 5000;

/** Starts to fill the foot. */
export function showFooter() {
  served.addEventListener("answer", (event) => {
    if (!(event instanceof CustomEvent) || !event.detail.instance) return;
    const { instance, milliseconds } = event.detail;
    byId("served", HTMLParagraphElement).textContent = `Answered by ${instance} in ${Math.round(milliseconds)} ms.`;
  });
  void showVisits();
}

async function showVisits() {
  const line = byId("visits", HTMLParagraphElement);
  try {
    const { visits } = await askVisits(countedBefore(), AbortSignal.timeout(VISITS_TIMEOUT));
    line.hidden = typeof visits !== "number";
    if (typeof visits === "number") line.textContent = `${plural(visits, "visit")} so far.`;
  } catch {
    // A number that nobody needs: without it the line stays away.
  }
}
