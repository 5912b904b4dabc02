/** The step runner. */

/** What a step gets to work with. */
export interface StepContext {
  /** The step's own directory to build in; becomes its product when the step ends well. */
  readonly directory: string;
}

/** One piece of work with a product. */
export interface Step {
  /** What the progress line says. */
  readonly name: string;
  /** Hash of everything that shapes the product. */
  readonly inputs: string;
  /** Names of the steps that must be done before. */
  readonly needs?: readonly string[];
  /** Does the work. */
  run(context: StepContext): Promise<void>;
}
