import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { openBrowser } from "./browser.ts";
import { Deployment } from "./deployment.ts";
import { OFFICIAL } from "./images.ts";
import { whoIsTold } from "./storefront/alerts.ts";
import { whoIsTurnedAway } from "./storefront/attacks.ts";
import { whatTheBlogShows } from "./storefront/blog.ts";
import { whatDrillsShow } from "./storefront/drills.ts";
import { whatGrafanaShows } from "./storefront/grafana.ts";
import { whatIsClosed } from "./storefront/hardening.ts";
import { whatIsKept } from "./storefront/kept.ts";
import { whatIsMeasured } from "./storefront/numbers.ts";
import { whatVisitorsDo } from "./storefront/pages.ts";
import { whatPanelsAsk } from "./storefront/panels.ts";
import { whoReachesWhom } from "./storefront/paths.ts";
import { whatThePortalShows } from "./storefront/portal.ts";
import { whoCanUseThePortal } from "./storefront/portal-access.ts";
import { whatThePracticalCaseShows } from "./storefront/practical-case.ts";
import { whoMayFork } from "./storefront/processes.ts";
import { whatVerifySays } from "./storefront/proof.ts";
import { whatIsSeen } from "./storefront/signals.ts";
import { whatUpSays, whatVictoriaLogsShows } from "./storefront/summary.ts";

/** The stack dev as it runs, the storefront and the blog, deployed for real on this machine's Docker by the command that a user types. */
const deployment = new Deployment(["storefront", "blog"]);

let browser: Browser;
let output: string;

beforeAll(async () => {
  output = await deployment.start();
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await deployment.stop();
});

whatUpSays(() => output);
whatVisitorsDo(() => browser, deployment);
whatIsMeasured();
whatThePracticalCaseShows(() => browser);
whoIsTold();
whatTheBlogShows(() => browser, deployment);
whatIsSeen();
if (OFFICIAL) {
  whatGrafanaShows(deployment);
} else {
  whatPanelsAsk(deployment);
  whatVictoriaLogsShows(() => browser);
}
whoCanUseThePortal(() => browser);
whatThePortalShows(() => browser);
whatIsClosed(deployment);
whoMayFork();
whoReachesWhom(deployment);
whoIsTurnedAway(() => browser);
// `npm run up` has verified it when it was whole.
whatVerifySays(deployment);
whatDrillsShow(deployment);
whatIsKept(() => browser, deployment);
