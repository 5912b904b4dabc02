/** A customer of the storefront, who asks it as its pages do, wherever it is. */

/** An order, once, however often it is sent. */
export function placeOrder(site: string, customer: string): Promise<Response> {
  return fetch(`${site}/api/orders`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": "8b0f7a52-8d55-4f0e-9f6e-2f0c2a3d1e4b" },
    body: JSON.stringify({ film_id: 1267, title: "The Dark Knight", quantity: 2, customer }),
  });
}

/** What the storefront says that a customer has ordered. */
export async function ordersOf(site: string, customer: string): Promise<unknown> {
  const listed = await fetch(`${site}/api/orders`, { headers: { "x-customer": customer } });
  return listed.json();
}

/** What {@link ordersOf} gives after {@link placeOrder}. */
export const ORDERED = { total: 1, items: [{ title: "The Dark Knight", quantity: 2 }] };
