import { describe, expect, it } from "vitest";

/** The pages' modules are plain JavaScript for browsers; the types of what is tested here. */
interface State {
  query: string;
  genre: string;
  sort: string;
  page: number;
  film: string;
}
interface Failure {
  message: string;
  detail: string;
  hints: string[];
  parameters: string[];
  mayPass: boolean;
  retryAfter: number;
}
interface Modules {
  state: {
    START: State;
    readState(search: string): State;
    addressOf(state: State): string;
    sameList(one: State, other: State): boolean;
  };
  failure: { failureOf(status: number, retryAfter: string | null, body: unknown, service?: string): Failure };
  pages: { pagesAround(page: number, last: number): number[] };
  format: {
    money(usd: number): string;
    duration(minutes: number): string;
    plural(n: number, noun: string, many?: string): string;
  };
  recommendations: { reasonsInWords(reasons: string[]): string };
  "order-form": { numberIn(text: string): number | string | undefined };
  visitor: {
    randomName(): string;
    customer(): string;
    knownCustomer(): string;
    unansweredOrder(film: number): object | undefined;
    rememberOrder(film: number, attempt: object | undefined): void;
  };
}

const site = new URL("../../../../services/storefront/frontend/site/js/", import.meta.url);
const load = async <K extends keyof Modules>(name: K): Promise<Modules[K]> => import(new URL(`${name}.js`, site).href);

const { START, readState, addressOf, sameList } = await load("state");
const { failureOf } = await load("failure");
const { pagesAround } = await load("pages");
const { money, duration, plural } = await load("format");
const { reasonsInWords } = await load("recommendations");
const { numberIn } = await load("order-form");
const { randomName, customer, knownCustomer, rememberOrder, unansweredOrder } = await load("visitor");

describe("the address", () => {
  it("is the whole state and reads back the same", () => {
    const state = { query: "dark knight", genre: "Thriller/Suspense", sort: "rating", page: 3, film: "1267" };
    expect(readState(new URL(addressOf(state), "http://x").search)).toEqual(state);
  });

  it("holds only what differs from the start", () => {
    expect(addressOf(START)).toBe("/");
    expect(addressOf({ ...START, film: "842" })).toBe("/?film=842");
  });

  it.each(["0", "-1", "x", "1.5", "999999", ""])("takes the page %j for the first", (page) => {
    expect(readState(`?page=${page}`).page).toBe(1);
  });

  it("lists the same films whether details are open or not", () => {
    expect(sameList(START, { ...START, film: "842" })).toBe(true);
    expect(sameList(START, { ...START, page: 2 })).toBe(false);
    expect(sameList(START, { ...START, query: "  " })).toBe(true);
  });
});

describe("failures in plain words", () => {
  it("fails with what is wrong and allowed, and no offer to try the same again", () => {
    const failure = failureOf(400, null, {
      detail: "Please check: sort.",
      errors: [{ parameter: "sort", got: "best", allowed: ["popular", "title"] }],
    });
    expect(failure.detail).toBe("Please check: sort.");
    expect(failure.hints).toEqual(["sort: “best” can't be used. Allowed: popular, title."]);
    expect(failure.parameters).toEqual(["sort"]);
    expect(failure.mayPass).toBe(false);
  });

  it("fails with what is missing", () => {
    const errors = [{ parameter: "quantity", got: null, allowed: "a whole number from 1 to 20" }];
    expect(failureOf(400, null, { errors }).hints).toEqual([
      "quantity is missing. Allowed: a whole number from 1 to 20.",
    ]);
  });

  it("fails for a while when there are too many requests, in the words of whom was asked", () => {
    const failure = failureOf(429, "30", null, "order service");
    expect(failure).toMatchObject({ mayPass: true, retryAfter: 30 });
    expect(failure.detail).toContain("order service");
  });

  it("fails for a while when the service or what is before it is away", () => {
    expect(failureOf(503, "7", { detail: "Away." })).toMatchObject({ detail: "Away.", mayPass: true, retryAfter: 7 });
    expect(failureOf(502, null, null)).toMatchObject({ message: "Back in a moment", mayPass: true, retryAfter: 5 });
  });

  it("fails without asking again by itself on a defect", () => {
    expect(failureOf(500, null, { request_id: "r1" })).toMatchObject({ mayPass: true, retryAfter: 0 });
  });
});

describe("pages", () => {
  it.each([
    [1, 1, [1]],
    [1, 2, [1, 2]],
    [1, 134, [1, 2, 0, 134]],
    [3, 134, [1, 2, 3, 4, 0, 134]],
    [4, 134, [1, 2, 3, 4, 5, 0, 134]],
    [7, 134, [1, 0, 6, 7, 8, 0, 134]],
    [134, 134, [1, 0, 133, 134]],
  ])("around %i of %i are %j", (page, last, expected) => {
    expect(pagesAround(page, last)).toEqual(expected);
  });
});

describe("numbers", () => {
  it("are written for people", () => {
    expect([money(950), money(8_000_000), money(1_022_345_358)]).toEqual(["$950", "$8M", "$1.022B"]);
    expect([duration(152), duration(45)]).toEqual(["2 h 32 min", "45 min"]);
    expect([plural(1, "film"), plural(3200, "film")]).toEqual(["1 film", "3,200 films"]);
    expect([plural(1, "copy", "copies"), plural(2, "copy", "copies")]).toEqual(["1 copy", "2 copies"]);
  });
});

describe("what films have in common", () => {
  it.each([
    [["genre"], "Same genre"],
    [["director", "creative_type"], "Same director and kind"],
    [["director", "genre", "source"], "Same director, genre, and source"],
    [["stars"], ""],
  ])("of %j is “%s”", (reasons, words) => {
    expect(reasonsInWords(reasons)).toBe(words);
  });
});

describe("a typed quantity", () => {
  it.each([
    ["3", 3],
    ["1.5", 1.5],
    ["-1", -1],
    ["two", "two"],
    [" ", undefined],
  ])("%j goes to the service as %j", (text, sent) => {
    expect(numberIn(text)).toBe(sent);
  });
});

describe("a visitor, also where the browser keeps nothing", () => {
  it("has one random name that the order service takes", () => {
    expect(knownCustomer()).toBe("");
    const name = customer();
    expect(name).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
    expect([customer(), knownCustomer()]).toEqual([name, name]);
    expect(randomName()).not.toBe(randomName());
  });

  it("has one unanswered order a film", () => {
    const attempt = { key: "k", quantity: "2" };
    rememberOrder(7, attempt);
    expect([unansweredOrder(7), unansweredOrder(8)]).toEqual([attempt, undefined]);
    rememberOrder(7, undefined);
    expect(unansweredOrder(7)).toBeUndefined();
  });
});
