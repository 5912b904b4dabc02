import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Runs the files in the order of their names: the first one is `npm run up` on a machine that has nothing yet. */
export class ByName extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return [...files].sort((a, b) => (a.moduleId < b.moduleId ? -1 : 1));
  }
}
