import path from "node:path";
import { describe } from "vitest";
import { testRenderings } from "../rendered.ts";
import { RENDERINGS } from "./renderings.ts";

describe("what each program is given", () => testRenderings(path.join(import.meta.dirname, "rendered"), RENDERINGS));
