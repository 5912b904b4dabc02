/** Somebody is told of critical alerts, or the deployment says why nobody is. */

import { type CheckKind, failed, listed, ok } from "./check.ts";

/** The one check of it; no request is needed: the proof has it. */
export const told: CheckKind = ({ proof }) => {
  const { receivers, untold = {} } = proof;
  return [
    {
      name: "told",
      seconds: 1,
      program: "alertmanager",
      look: ["docs/alerts.md", "Pulumi.<stack>.yaml: vigie:receivers, vigie:mailTo, vigie:webhookUrl or vigie:untold"],
      find() {
        if (receivers.length > 0) return Promise.resolve(ok(listed(receivers.map(({ name }) => name))));
        const { critical } = untold;
        return Promise.resolve(
          critical === undefined
            ? failed("somebody who is told of critical alerts, or the reason why nobody is", "nobody, and no reason")
            : ok(`nobody, on purpose: ${critical}`),
        );
      },
    },
  ];
};
