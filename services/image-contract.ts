/** What the containers that we declare rely on, as the official image's Dockerfile states it. */
export interface ImageContract {
  /** The image's ENTRYPOINT; `[]` when it has none. */
  readonly entrypoint: readonly string[];
  /** The image's CMD; `[]` when it has none. */
  readonly command: readonly string[];
  /** Programs and directories that we use, by absolute path. */
  readonly paths: readonly string[];
  /** TCP ports of the image's EXPOSE. */
  readonly ports: readonly number[];
  /** Directories of the image's VOLUME. */
  readonly volumes: readonly string[];
  /** Environment variables that the image sets and that we rely on. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether the image has `/bin/sh`; where it has none, readiness is asked from outside. */
  readonly shell: boolean;
  /** The official Dockerfile that this was read from: repository and path. */
  readonly source: string;
}
