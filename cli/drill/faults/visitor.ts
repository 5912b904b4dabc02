import type { Visitor } from "../../../signals/faults/visitor.ts";
import type { NewContainer } from "../../containers/job.ts";
import type { Executor } from "../executor.ts";

interface Visiting extends Readonly<Record<string, unknown>> {
  readonly helper: string;
}

type Limits = Pick<NewContainer, "memory" | "swaps" | "processes" | "processors" | "restarts">;

/** What each does, and what it may use. */
const DOES: Readonly<Record<Visitor["does"], { readonly script: string; readonly limits: Limits }>> = {
  "fills-memory": {
    script: "import time; held = bytearray(55 << 20); time.sleep(3600)",
    limits: { memory: 64, swaps: false },
  },
  "exceeds-memory": {
    // A child of it is what the kernel ends.
    script:
      "import subprocess, sys, time\nwhile True:\n    subprocess.run([sys.executable, '-c', 'bytearray(200 << 20)'])\n    time.sleep(2)",
    limits: { memory: 48, swaps: false },
  },
  // With its init and its first thread 39 of 40.
  "starts-processes": {
    script:
      "import threading, time\nfor _ in range(37):\n    threading.Thread(target=time.sleep, args=(3600,)).start()\ntime.sleep(3600)",
    limits: { memory: 64, processes: 40 },
  },
  // Less than its share of a machine that is busy with other things, too.
  "burns-processor": { script: "while True: pass", limits: { memory: 32, processors: 0.02 } },
  restarts: { script: "import time; time.sleep(1)", limits: { memory: 32, restarts: true } },
};

/** Starts a container that does what containers should not. Its repair removes it. */
export const visitor: Executor<"visitor", Visiting> = {
  prepare: async (_, __, id) => ({ helper: id }),
  async inject({ does }, { helper }, tools) {
    const { script, limits } = DOES[does];
    await tools.start({
      name: helper,
      script,
      runs: { user: "65534:65534", readOnly: true, init: true, ...limits },
    });
  },
  repair: ({ helper }, tools) => tools.forget(`${tools.proof.prefix}drill-${helper}`),
};
