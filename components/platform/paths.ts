import { type Flow, flowTarget, REASONS } from "../../services/flow.ts";
import type { NetworkRole } from "./network-roles.ts";

/** What a container connects to. */
export interface Dial {
  /** Where: `host:port` or a URL each, with the host's own names or others. */
  readonly to: readonly string[];
  /** What for, in a few words: `uses postgres`. */
  readonly why: string;
}

/**
 * What may talk to what on one host, and which containers share a network. Whoever declares something says here what it
 * connects to; nobody keeps a list.
 *
 * @example
 * ```ts
 * host.paths.dial("catalog-1", { to: ["vigie-dev-postgres:5432"], why: "uses postgres" });
 * host.paths.flows; // [{ from: "catalog-1", to: "postgres", port: 5432, why: "uses postgres" }]
 * ```
 */
export class Paths {
  readonly #prefix: string;
  readonly #flows = new Map<string, Flow>();
  readonly #members = new Map<NetworkRole, Set<string>>();

  /** @param prefix what the host's own names begin with: `vigie-dev-` */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** All flows that were declared so far, in the order of their names. */
  get flows(): readonly Flow[] {
    return [...this.#flows.entries()].sort(byKey).map(([, flow]) => flow);
  }

  /** Who is in each network, by its role. */
  get networks(): Readonly<Record<string, readonly string[]>> {
    const roles = [...this.#members.entries()].sort(byKey);
    return Object.fromEntries(roles.map(([role, names]) => [role, [...names].sort()]));
  }

  /** A container joins networks. */
  join(name: string, roles: readonly NetworkRole[]): void {
    for (const role of roles) this.#members.set(role, (this.#members.get(role) ?? new Set()).add(name));
  }

  /**
   * A container connects to addresses. One that is the container itself is no flow.
   *
   * @param from its name in the program, or its address
   */
  dial(from: string, { to, why }: Dial): void {
    for (const address of to) {
      const target = flowTarget(address);
      if (target !== undefined)
        this.#add({ from: this.#nameOf(from), to: this.#nameOf(target.host), port: target.port, why });
    }
  }

  /**
   * Whether an address is not one of this host's own names: who asks it needs a way out.
   *
   * @param address `host:port` or a URL
   */
  leadsOutside(address: string): boolean {
    const target = flowTarget(address);
    return target !== undefined && !target.host.startsWith(this.#prefix);
  }

  /**
   * A container connects to another one at a Unix socket in a volume that both mount.
   *
   * @param path the socket's path, the same in both
   */
  share(from: string, to: string, path: string, why: string): void {
    this.#add({ from, to, port: path, why });
  }

  #add(flow: Flow): void {
    if (flow.from === flow.to) return;
    // One way is one flow, however many declare it; what each of them needs it for is kept.
    const key = [flow.from, flow.to, String(flow.port).padStart(5, "0")].join(" ");
    const reasons = new Set([...(this.#flows.get(key)?.why.split(REASONS) ?? []), flow.why]);
    this.#flows.set(key, { ...flow, why: [...reasons].join(REASONS) });
  }

  #nameOf(host: string): string {
    const [name = host] = host.split(":");
    return name.startsWith(this.#prefix) ? name.slice(this.#prefix.length) : name;
  }
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
