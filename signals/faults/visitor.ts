/** A container of its own joins the stack, and does what containers should not. Nothing else is disturbed. */
export interface Visitor {
  readonly kind: "visitor";
  /**
   * `fills-memory`: nearly all that it may have. `exceeds-memory`: more than that, so the kernel ends a process of it.
   * `starts-processes`: nearly as many as it may have. `burns-processor`: more than it may. `restarts`: it ends and is started again and again.
   */
  readonly does: "fills-memory" | "exceeds-memory" | "starts-processes" | "burns-processor" | "restarts";
}

/** The component, and so the label `service`, of containers that a drill brings. */
export const DRILL_COMPONENT = "drill";
