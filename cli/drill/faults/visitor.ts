import type { Visitor } from "../../../signals/faults/visitor.ts";
import type { Executor } from "../executor.ts";

interface Visiting extends Readonly<Record<string, unknown>> {
  readonly helper: string;
}

/** What each does, and the words of `docker run` that it needs. */
const DOES: Readonly<Record<Visitor["does"], { readonly script: string; readonly options: readonly string[] }>> = {
  "fills-memory": {
    script: "import time; held = bytearray(55 << 20); time.sleep(3600)",
    options: ["--memory", "64m", "--memory-swap", "64m"],
  },
  "exceeds-memory": {
    // A child of it is what the kernel ends.
    script:
      "import subprocess, sys, time\nwhile True:\n    subprocess.run([sys.executable, '-c', 'bytearray(200 << 20)'])\n    time.sleep(2)",
    options: ["--memory", "48m", "--memory-swap", "48m"],
  },
  // With its init and its first thread 39 of 40.
  "starts-processes": {
    script:
      "import threading, time\nfor _ in range(37):\n    threading.Thread(target=time.sleep, args=(3600,)).start()\ntime.sleep(3600)",
    options: ["--memory", "64m", "--pids-limit", "40"],
  },
  // Less than its share of a machine that is busy with other things, too.
  "burns-processor": { script: "while True: pass", options: ["--memory", "32m", "--cpus", "0.02"] },
  restarts: { script: "import time; time.sleep(1)", options: ["--memory", "32m", "--restart", "always"] },
};

export const visitor: Executor<"visitor", Visiting> = {
  prepare: async (_, __, id) => ({ helper: id }),
  async inject({ does }, { helper }, tools) {
    const { script, options } = DOES[does];
    const words = ["--network", "none", "--user", "65534:65534", "--read-only", "--init", ...options];
    await tools.start({ name: helper, script, options: words });
  },
  repair: ({ helper }, tools) => tools.forget(`${tools.proof.prefix}drill-${helper}`),
};
