/** One value for each method, route pattern and status. */
export interface ByAnswer<T> {
  /** The value, made when it is first asked for. */
  of(method: string, route: string, status: number): T;
  /** Forgets all of them. */
  clear(): void;
}

/** Keeps what is made once for each method, route pattern and status. Three look-ups cost less than a text of all three. */
export function byAnswer<T>(make: (method: string, route: string, status: number) => T): ByAnswer<T> {
  const routes = new Map<string, Map<string, Map<number, T>>>();
  const add = (method: string, route: string, status: number): T => {
    const value = make(method, route, status);
    const methods = routes.get(route) ?? new Map<string, Map<number, T>>();
    const statuses = methods.get(method) ?? new Map<number, T>();
    routes.set(route, methods.set(method, statuses.set(status, value)));
    return value;
  };
  return {
    of: (method, route, status) => routes.get(route)?.get(method)?.get(status) ?? add(method, route, status),
    clear: () => routes.clear(),
  };
}
