/**
 * Options of Docker's json-file driver that keep the log of a container at three files of 10 MB. The same for each
 * container of ours and for the daemon of a host that we set up: what the daemon adds to a container that brings its
 * own is then nothing.
 */
export const LOG_ROTATION = { "max-size": "10m", "max-file": "3" } as const;
