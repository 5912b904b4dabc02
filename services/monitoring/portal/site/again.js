/**
 * A page of which a part did not arrive, as when a laptop changes its network while it loads, is half a page that
 * waits for ever: it is loaded again. This is no module: it has to be there before the others are asked for.
 */
addEventListener(
  "error",
  ({ target }) => {
    const needed =
      target instanceof HTMLScriptElement || (target instanceof HTMLLinkElement && target.rel === "stylesheet");
    if (!needed) return;
    addEventListener("DOMContentLoaded", () => {
      document.getElementById("live").textContent = "A part of this page did not arrive. It is loaded again.";
    });
    setTimeout(() => location.reload(), 2000);
  },
  // An error of an element goes no further than the element: it is seen on its way there.
  true,
);
