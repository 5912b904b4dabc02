import { KeyReused, type NewOrder, type Order, type OrderStore, StoreUnavailable } from "../src/order.ts";

/** A stand-in for PostgreSQL in tests of the API. The real one is tested in the postgres-*.test.ts files. */
export interface OrdersInMemory extends OrderStore {
  /** Whether everything that is asked of it fails as without a database. @default false */
  unavailable: boolean;
  /** Whether everything that is asked of it fails as by a defect. @default false */
  crash: boolean;
}

/** A new stand-in, without an order. */
export function ordersInMemory(): OrdersInMemory {
  const kept: { order: Order; given: NewOrder; key?: string }[] = [];
  const failIfToldTo = (): void => {
    if (store.unavailable) throw new StoreUnavailable("The orders can't be reached. Please try again soon.");
    if (store.crash) throw new Error("a defect");
  };
  const store: OrdersInMemory = {
    unavailable: false,
    crash: false,
    place: async (given, key) => {
      failIfToldTo();
      const earlier = kept.find((one) => key !== undefined && one.key === key);
      if (earlier !== undefined) {
        if (JSON.stringify(earlier.given) !== JSON.stringify(given)) throw new KeyReused("reused");
        return { order: earlier.order, replayed: true };
      }
      const { film_id, title, quantity } = given;
      const placed_at = new Date(0).toISOString();
      const order: Order = { id: kept.length + 1, film_id, title, quantity, status: "placed", placed_at };
      kept.unshift({ order, given, ...(key !== undefined && { key }) });
      return { order, replayed: false };
    },
    list: async ({ page, per_page, customer }) => {
      failIfToldTo();
      const found = kept.filter(({ given }) => customer === undefined || given.customer === customer);
      const shown = found.slice((page - 1) * per_page, page * per_page);
      return { orders: shown.map(({ order }) => order), total: found.length };
    },
    find: async (id) => {
      failIfToldTo();
      return kept.find(({ order }) => order.id === id)?.order;
    },
  };
  return store;
}
