import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { calledFiles, callingFiles, type CallKeysArgs as KeysOf } from "../../config/call-keys.ts";
import type { CallAuth } from "../../services/call-auth.ts";
import { refuse } from "../platform/refuse.ts";
import { stackLabel } from "../platform/stack.ts";

/** Arguments of {@link CallKeys}. */
export interface CallKeysArgs {
  /**
   * Which keys are used, from 1 on. Raised by one, an `up` gives all services other keys and certificates, and no call is
   * refused meanwhile: each takes those of the generation before and of the next one, too. Raised twice, by two `up`, what
   * was used before the first is taken by nobody.
   *
   * @default 1
   */
  readonly generation?: number;
}

/**
 * What services prove to each other with: keys, or certificates of an authority that the stack alone has. All are derived
 * from one generated secret, which is in the stack's state and nowhere else.
 *
 * An `up` makes new certificates every 90 days; one lasts 240. An alert that one ends comes three weeks before.
 *
 * @throws pulumi.InputPropertiesError when the generation is none
 * @example
 * ```ts
 * const keys = new CallKeys("calls", { generation: 1 });
 * const answers = { auth: "jwt", callers: ["gateway"], keys } as const;
 * const survey = new InstrumentedService("survey", { host, spec: surveySpec, answers });
 * const uses = [new ServiceCall(survey, { auth: "jwt" })];
 * new InstrumentedService("gateway", { host, edge, spec: gatewaySpec, uses });
 * ```
 */
export class CallKeys extends pulumi.ComponentResource {
  readonly #keys: pulumi.Output<KeysOf>;

  constructor(name: string, { generation = 1 }: CallKeysArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:CallKeys", name, {}, opts);
    if (!Number.isInteger(generation) || generation < 1) {
      const problem = { property: "generation", given: generation, allowed: "a whole number from 1 on" };
      refuse(`the keys of calls ${JSON.stringify(name)}`, [problem]);
    }
    const { result } = new random.RandomPassword(`${name}-secret`, { length: 48, special: false }, { parent: this });
    const now = new Date();
    this.#keys = pulumi.secret(result).apply((secret) => ({ secret, generation, stack: stackLabel(), now }));
    this.registerOutputs({});
  }

  /** The files of a called service, which is reached by the names `hosts`. */
  called(
    auth: CallAuth,
    callee: string,
    hosts: readonly string[],
    callers: readonly string[],
  ): Record<string, pulumi.Output<string>> {
    return this.#files((keys) => calledFiles(auth, keys, { callee, hosts, callers }));
  }

  /** The files of a service that calls another one. */
  calling(auth: CallAuth, caller: string, callee: string): Record<string, pulumi.Output<string>> {
    return this.#files((keys) => callingFiles(auth, keys, { caller, callee }));
  }

  /** Which files there are is no secret: it is known before what is in them. */
  #files(make: (keys: KeysOf) => Record<string, string>): Record<string, pulumi.Output<string>> {
    const names = Object.keys(make({ secret: "x".repeat(48), generation: 1, stack: "", now: new Date(0) }));
    const files = this.#keys.apply(make);
    return Object.fromEntries(names.map((name) => [name, files.apply((all) => all[name] ?? "")]));
  }
}
