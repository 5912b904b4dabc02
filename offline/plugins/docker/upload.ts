/** Files that are written into a container before it starts. */
import { readFile } from "node:fs/promises";
import type Docker from "dockerode";
import { isObject, type Value } from "../framework/values.ts";
import { daemonMessage } from "./client.ts";

const DEFAULT_MODE = 0o644;
const EXECUTABLE_MODE = 0o744;

/**
 * Writes files into a container that has not started.
 *
 * @throws with the path of the file, never with its content
 */
export async function uploadFiles(container: Docker.Container, uploads: Value | undefined): Promise<void> {
  if (!Array.isArray(uploads) || uploads.length === 0) return;
  const { pack } = await import("tar-stream");
  const archive = pack();
  for (const upload of uploads.filter(isObject)) {
    const content = await contentOf(upload);
    archive.entry({ name: String(upload.file), mode: modeOf(upload), mtime: new Date() }, content);
  }
  archive.finalize();
  await container.putArchive(archive, { path: "/" }).catch((error: unknown) => {
    throw new Error(`Unable to upload volume content: ${daemonMessage(error)}`);
  });
}

/** The mode of an uploaded file. */
export function modeOf(upload: { [key: string]: Value }): number {
  if (typeof upload.permissions === "string" && upload.permissions !== "") {
    return Number.parseInt(upload.permissions, 8);
  }
  return upload.executable === true ? EXECUTABLE_MODE : DEFAULT_MODE;
}

async function contentOf(upload: { [key: string]: Value }): Promise<Buffer> {
  if (typeof upload.contentBase64 === "string") return Buffer.from(upload.contentBase64, "base64");
  if (typeof upload.source === "string") {
    return readFile(upload.source).catch((error: Error) => {
      throw new Error(`could not read file: ${error.message}`);
    });
  }
  return Buffer.from(String(upload.content ?? ""));
}
