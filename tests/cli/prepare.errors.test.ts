import { expect, test } from "vitest";
import { type PrepareOptions, prepare } from "../../cli/prepare.ts";
import { readSettings } from "../../cli/settings.ts";
import { images } from "../../config/images.ts";
import { fakeParts, silent } from "./fake-parts.ts";

const base: Omit<PrepareOptions, "parts"> = {
  settings: readSettings("dev"),
  decision: undefined,
  preference: {},
  dockerAnswers: true,
  images: "bring",
  reporter: silent,
};

test("fails with --online on a closed network, with the downloader's words", async () => {
  const parts = fakeParts({ pulumi: false, registry: false });
  const failing = prepare({ ...base, parts, preference: { online: true } });
  await expect(failing).rejects.toThrow(/Pulumi 3\.259\.0 can't be downloaded: no such host\nWith --offline/);
});

test("fails for an image that its registry does not have, instead of building another one", async () => {
  const parts = fakeParts({ pulumi: true, registry: true, refused: [images.prometheus.reference] });
  await expect(prepare({ ...base, parts })).rejects.toThrow(`${images.prometheus.reference}: manifest unknown`);
  expect(parts.made).toEqual([]);
});

test("fails with every image that can't be had, at once", async () => {
  const refused = [images.nginx.reference, images.postgres.reference];
  const parts = fakeParts({ pulumi: true, registry: true, refused });
  const failing = prepare({ ...base, parts });
  await expect(failing).rejects.toThrow(images.nginx.reference);
  await expect(failing).rejects.toThrow(images.postgres.reference);
  await expect(failing).rejects.toThrow("vigie:registryMirror");
});

test("fails for a Loki and a Grafana that are asked for where images are made, before anything is made", async () => {
  const parts = fakeParts({ pulumi: true, registry: false });
  const { settings } = base;
  const values = { ...settings.values, logStore: "loki", grafana: "true" };
  const failing = prepare({ ...base, settings: { ...settings, values }, parts });
  await expect(failing).rejects.toThrow(/vigie:logStore: got "loki"[\s\S]*vigie:grafana: got "true"/);
  expect(parts.made).toEqual([]);
});

test("fails where nothing can be downloaded and nothing can be built, and names both", async () => {
  const parts = { ...fakeParts({ pulumi: false, registry: false }), canBuild: false };
  await expect(prepare({ ...base, parts })).rejects.toThrow(/^Pulumi and the images can't be downloaded from here/);
});
