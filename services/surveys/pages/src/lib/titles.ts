const TITLES: Readonly<Record<number, string>> = {
  400: "That can't be read",
  401: "Please sign in",
  403: "That is not allowed",
  404: "There is nothing here",
  409: "Not now",
  413: "That is too large",
  422: "That can't be used",
  429: "That was too often",
  502: "Something behind these pages failed",
  503: "Not available at the moment",
  504: "That takes too long",
};

/** What a refusal is called, in the words of people. */
export function titleOf(status: number): string {
  return TITLES[status] ?? "Something failed";
}
