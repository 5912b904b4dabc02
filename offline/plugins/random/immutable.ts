import type { Resource } from "../framework/provider.ts";

/** What all random resources share: they live in the state alone, and every change replaces them. */
export const immutable = {
  previewUpdate: (olds, news) => ({ ...olds, ...news }),
  read: async (id, olds) => ({ id, outputs: olds }),
  update: async (_id, olds) => olds,
  delete: async () => undefined,
} satisfies Partial<Resource>;
