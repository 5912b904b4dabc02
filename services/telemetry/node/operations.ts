const OPERATIONS = new Set(["/metrics", "/health", "/ready"]);

/** Whether an address, with or without its query, is one of those that the platform asks: `/metrics`, `/health`, `/ready`. */
export function isOperation(url: string): boolean {
  return OPERATIONS.has(url.split("?", 1)[0] ?? "");
}
