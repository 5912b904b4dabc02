/**
 * A service of the stack, no matter which: one that is asked through the edge and that no other one uses, or one of
 * several replicas. Which one it is, is chosen when the whole stack is known.
 */
export interface AnyService {
  /** `service`: asked through the edge, and used by no other one. `replicated`: one of several replicas. */
  readonly any: "service" | "replicated";
}

/** Containers of the stack, by the labels that they carry on their host. */
export interface Containers {
  /** Their label `vigie.component`: a service, a store, a program of the monitoring. */
  readonly component: string | AnyService;
  /** The name of a single one in the program, or of several: `postgres-exporter`. @default - all of the component */
  readonly name?: string | readonly string[];
  /** Only the last of them: the others answer for it. @default false */
  readonly one?: boolean;
}
