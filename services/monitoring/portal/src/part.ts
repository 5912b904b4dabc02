import { Type } from "typebox";
import { Away } from "./ask.ts";

/** A part of a page: what was found, or which program can't be asked and why. The rest of the page is there all the same. */
export type Part<T> = { readonly found: T } | { readonly away: { readonly program: string; readonly why: string } };

/** The schema of a part. */
export function partOf<S extends Parameters<typeof Type.Object>[0][string]>(found: S) {
  return Type.Union([
    Type.Object({ found }),
    Type.Object({ away: Type.Object({ program: Type.String(), why: Type.String() }) }),
  ]);
}

/** Waits for a part; a program that does not answer is no failure of the page. */
export async function part<T>(asked: Promise<T>): Promise<Part<T>> {
  try {
    return { found: await asked };
  } catch (error) {
    if (error instanceof Away) return { away: { program: error.program, why: error.why } };
    throw error;
  }
}
