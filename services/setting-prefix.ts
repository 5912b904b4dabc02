/**
 * What the settings that are about a service begin with, in the environment of another one, without the `_` after it. The
 * client in `services/calls` reads them by the same rule; it is in images, where this file is not.
 *
 * @example
 * ```ts
 * settingPrefix("redcap-stand-in"); // "REDCAP_STAND_IN"
 * ```
 */
export function settingPrefix(service: string): string {
  return service.toUpperCase().replaceAll("-", "_");
}
