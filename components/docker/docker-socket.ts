import { statSync } from "node:fs";

/** Where a host's engine listens, for the one container that may ask it. */
export interface DockerSocket {
  /** Path of the socket on the host. */
  readonly path: string;
  /** Id of the group that may use it, as a container sees it. */
  readonly group: number;
}

/** Where Docker listens when nobody says otherwise. */
export const DEFAULT_SOCKET: DockerSocket = { path: "/var/run/docker.sock", group: 0 };

/**
 * The Docker socket of this machine.
 *
 * A socket that is not root's belongs to an engine of the user's own, or to a virtual machine's: in their containers
 * its group is 0.
 *
 * @param dockerHost address of the engine; what is no `unix://` leaves Docker's usual socket
 */
export function dockerSocket(dockerHost: string | undefined): DockerSocket {
  const path = /^unix:\/\/(\/.+)$/.exec(dockerHost ?? "")?.[1] ?? DEFAULT_SOCKET.path;
  const found = statSync(path, { throwIfNoEntry: false });
  return { path, group: found?.uid === 0 ? found.gid : 0 };
}
