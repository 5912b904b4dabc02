/** This machine's Docker, with images from a mirror of the company. */
import { LocalDockerHost } from "vigie";

export const host = new LocalDockerHost("local", { images: { registryMirror: "mirror.example:5000" } });
