/**
 * Whether a name or an address is reached from its own machine alone.
 *
 * @param host as it stands in a URL or in a setting: `localhost`, `127.0.0.1`, `[::1]`, without a port
 */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}
