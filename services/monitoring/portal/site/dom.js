/** Elements as values, and a page that takes on their form without losing the focus, what is typed, or a plot. */

const SVG = "http://www.w3.org/2000/svg";
const SVG_NAMES = new Set([
  "svg",
  "g",
  "path",
  "line",
  "rect",
  "circle",
  "text",
  "title",
  "polyline",
  "marker",
  "defs",
]);

/**
 * An element. Attributes with `on` before a name are listeners; `data` is handed over as a property; what is undefined
 * or false is left out.
 */
export function h(name, attributes = {}, ...children) {
  return {
    name,
    attributes,
    children: children.flat(Infinity).filter((child) => child !== undefined && child !== false && child !== null),
  };
}

/** Makes `parent`'s content what `children` say. */
export function show(parent, ...children) {
  patchChildren(parent, children.flat(Infinity).filter(Boolean));
}

function create(node) {
  if (typeof node !== "object") return document.createTextNode(String(node));
  const element =
    SVG_NAMES.has(node.name) && !(node.name === "title" && node.html)
      ? document.createElementNS(SVG, node.name)
      : document.createElement(node.name);
  element.vigieListeners = {};
  patch(element, node);
  return element;
}

function patchChildren(parent, children) {
  // What draws itself looks after its own content.
  if (parent.vigieOpaque) return;
  const old = [...parent.childNodes];
  children.forEach((child, index) => {
    const present = old[index];
    if (present === undefined) parent.append(create(child));
    else if (typeof child !== "object" && present.nodeType === Node.TEXT_NODE) {
      if (present.data !== String(child)) present.data = String(child);
    } else if (typeof child === "object" && present.nodeType === Node.ELEMENT_NODE && sameKind(present, child))
      patch(present, child);
    else present.replaceWith(create(child));
  });
  for (const surplus of old.slice(children.length)) surplus.remove();
}

function sameKind(element, { name, attributes }) {
  return element.localName === name.toLowerCase() && (element.vigieKey ?? "") === (attributes.key ?? "");
}

function patch(element, { name, attributes, children }) {
  element.vigieKey = attributes.key ?? "";
  const kept = new Set();
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "key" || value === undefined || value === false || value === null) continue;
    if (key.startsWith("on")) listen(element, key.slice(2), value);
    else if (key === "data") element.data = value;
    else {
      kept.add(key.toLowerCase());
      const text = value === true ? "" : String(value);
      if (element.getAttribute(key) !== text) element.setAttribute(key, text);
    }
  }
  for (const { name: key } of [...element.attributes]) {
    // A person opened it, or the element said something of itself.
    if (!kept.has(key.toLowerCase()) && !(key === "open" && name === "details") && !element.vigieOpaque)
      element.removeAttribute(key);
  }
  // What somebody types is theirs.
  if (name !== "textarea") patchChildren(element, children);
}

function listen(element, kind, handler) {
  element.vigieListeners ??= {};
  const listeners = element.vigieListeners;
  if (listeners[kind] === undefined) element.addEventListener(kind, (event) => listeners[kind](event));
  listeners[kind] = handler;
}
