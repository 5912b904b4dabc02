/**
 * Where PHP-FPM listens: Unix sockets in a volume that only its web server and its exporter have besides it. FastCGI asks
 * nobody who he is, and whoever reaches it runs any file with any setting: so it is at no port.
 */
export const PHP_FPM_SOCKETS = "/run/vigie-php";

/**
 * One of a pool's sockets: for requests, and one for the status page, which answers when all processes are busy, too.
 *
 * @param pool name of the replica: `blog-php-1`
 */
export function phpFpmSocket(pool: string, kind: "requests" | "status" = "requests"): string {
  return `${PHP_FPM_SOCKETS}/${pool}${kind === "status" ? ".status" : ""}.sock`;
}
