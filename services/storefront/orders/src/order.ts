/** One order. */
export interface Order {
  /** Its number, from 1 on; the newest has the highest. */
  readonly id: number;
  /** The film's id in the catalogue. */
  readonly film_id: number;
  /** The film's title as it was ordered. */
  readonly title: string;
  /** How many copies, from 1 to 20. */
  readonly quantity: number;
  readonly status: "placed";
  /** Moment in RFC 3339, in UTC. */
  readonly placed_at: string;
}

/** What someone orders. */
export interface NewOrder extends Pick<Order, "film_id" | "title" | "quantity"> {
  /** A random name that the caller chose for itself; it finds its own orders by it. No answer ever tells it. */
  readonly customer?: string;
}

/** Which orders to list, newest first. */
export interface OrderQuery {
  /** From 1 on. */
  readonly page: number;
  /** Orders on a page, from 1 to 100. */
  readonly per_page: number;
  /** Only this customer's. @default - everyone's */
  readonly customer?: string;
}

/** One page of the answer, and how many orders the whole answer has. */
export interface OrderPage {
  /** Those of this page, the newest first. */
  readonly orders: readonly Order[];
  /** How many orders the query finds on all pages. */
  readonly total: number;
}

/** A placed order. */
export interface Placed {
  /** The order as it is kept; of a request that was repeated, the first one's. */
  readonly order: Order;
  /** True when the same request had placed it before. */
  readonly replayed: boolean;
}

/** Where the API keeps orders. */
export interface OrderStore {
  /**
   * Places an order once for each idempotency key.
   *
   * @throws KeyReused when the key belongs to another order
   */
  place(order: NewOrder, idempotencyKey?: string): Promise<Placed>;
  /** The page of orders that a query asks for. */
  list(query: OrderQuery): Promise<OrderPage>;
  /** One order, or undefined when there is none with this id. */
  find(id: number): Promise<Order | undefined>;
}

/** The orders can't be reached at the moment; asking again later may help. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}

/** The idempotency key was used for another order. */
export class KeyReused extends Error {
  override readonly name = "KeyReused";
}
