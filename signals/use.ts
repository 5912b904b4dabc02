/** A service uses another one, or a store: while that is down, what its users feel has a known reason. */
export interface Use {
  /** The service that uses it. */
  readonly service: string;
  /** What it uses: the label `service` of its alerts. */
  readonly on: string;
  /**
   * Prometheus scrapes an exporter beside it, so a target that is down says nothing of the thing itself.
   *
   * @default false
   */
  readonly exporter?: boolean;
}

/** What is used, and all who do: those that name it, and those that use them. */
export interface Users {
  /** What is used. */
  readonly on: string;
  /** Whether an exporter beside it is scraped. */
  readonly exporter: boolean;
  /** Its users, by name; never itself. */
  readonly services: readonly string[];
}

/** The users of everything that is used, by name. */
export function usersOf(uses: readonly Use[]): readonly Users[] {
  const used = [...new Set(uses.map(({ on }) => on))].sort();
  return used.flatMap((on) => {
    const services = new Set<string>();
    const visit = (name: string): void => {
      for (const { service } of uses.filter((use) => use.on === name && !services.has(use.service))) {
        services.add(service);
        visit(service);
      }
    };
    visit(on);
    services.delete(on);
    const exporter = uses.some((use) => use.on === on && use.exporter === true);
    return services.size === 0 ? [] : [{ on, exporter, services: [...services].sort() }];
  });
}
