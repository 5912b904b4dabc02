import type { BuiltPages } from "./pages/built-pages.ts";
import type { RateLimits } from "./rate-limits.ts";
import type { SessionCookie } from "./session-cookie.ts";
import type { Sessions } from "./sessions.ts";
import type { UpstreamClient } from "./upstream.ts";
import type { Upstream } from "./upstream-problems.ts";

/** What the routes of the gateway need. */
export interface GatewayApiOptions {
  /** The services that are asked. */
  readonly upstreams: Readonly<Record<Upstream, UpstreamClient>>;
  /** Who is signed in. */
  readonly sessions: Sessions;
  /** Where browsers keep that. */
  readonly cookie: SessionCookie;
  /** Who may ask how often. */
  readonly limits: RateLimits;
  /** Requests in a minute of a user, or of an address without a session. */
  readonly rateLimitPerMinute: number;
  /** The origin that browsers see: `https://surveys.example`. */
  readonly publicOrigin: string;
  /** The pages that people see. @default - none: the gateway is an API */
  readonly pages?: BuiltPages | undefined;
  /** Version in the API's description. */
  readonly version: string;
  /** Milliseconds that the process may lag behind, on average over a second, before it refuses work. @default 1000 */
  readonly maxEventLoopDelay?: number;
}
