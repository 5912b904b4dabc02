/** What was deployed in the last week. */

import { h } from "./dom.js";
import { deployments, part } from "./parts.js";

/** What the page asks. */
export const asks = () => "/api/deployments";

/** Its title. */
export const title = () => "Deployments";

/** The page. */
export function page(answer) {
  return [
    h("h1", {}, "Deployments"),
    h("p", { class: "small" }, "Each version that was seen to run in the last week, from its first container on."),
    part(answer.deployments, deployments),
  ];
}
