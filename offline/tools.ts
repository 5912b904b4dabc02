/** Real programs for the tests: from offline's cache, else from the machine. */

/** A program that tests run outside of containers. */
export type ToolName = "promtool" | "traefik" | "nginx";
