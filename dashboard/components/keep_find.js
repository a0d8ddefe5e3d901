// The pictures of a section: all that is drawn between the row of folds before it and its own.

const ROW = "[class*='st-key-folded_']";
const PASSED = `button, label, details:not([open]), .st-key-path_step, .st-key-language,
  .st-key-notes`;
const DRAWN = "table, svg, img, canvas, figure, i, [style]"; // not text alone
// Whose names are those of pictures.
const GROUPS = ":is(table, [role=group], [role=img], figure)[aria-label]:not([tabindex])";
const SMALLEST = 28; // CSS pixels

// [{label, element}] in the order of the page.
function picturesAbove(row, usual) {
  const found = [];
  collect(row.closest(".stMain") ?? document.body, row, found);
  return found.map((element) => ({ element, label: labelOf(element) || usual }));
}

// Whether the walk goes on behind the element.
function collect(element, row, found) {
  if (element === row) return false;
  if (element.matches(ROW)) found.length = 0;
  else if (isPicture(element)) found.push(element);
  else if (!element.matches(PASSED)) {
    for (const child of (element.shadowRoot ?? element).children) {
      if (!collect(child, row, found)) return false;
    }
  }
  return true;
}

function isPicture(element) {
  const { width, height } = element.getBoundingClientRect();
  if (width < SMALLEST || height < SMALLEST) return false;
  if (element.matches(".js-plotly-plot")) return true;
  if (element.kept) return true;
  if (element.parentNode instanceof ShadowRoot) return isView(element);
  if (element.matches("[data-testid=stHtml]")) return element.querySelector(DRAWN) !== null;
  if (element.matches("table, [data-testid=stImage]")) return true;
  return element.matches("svg, img, canvas") && isLarge(element);
}

// What a component draws together is one picture; a view in it that knows its numbers is one by
// itself.
function isView(element) {
  return [...element.querySelectorAll("canvas, figure, svg, [data-rows]")].some(
    (part) => isLarge(part) && !hasKeeper(part),
  );
}

function hasKeeper(part) {
  return Boolean(part && (part.kept || hasKeeper(part.parentElement)));
}

function isLarge(element) {
  const { width, height } = element.getBoundingClientRect();
  return width >= 2 * SMALLEST && height >= 2 * SMALLEST && !element.closest("button, label");
}

function labelOf(element) {
  const { kept } = element;
  const said = kept ? kept.header?.label : chartLabel(element) || htmlLabel(element);
  return (said ?? "").replace(/\s+/g, " ").trim().slice(0, 120);
}

function chartLabel(element) {
  return element.matches(".js-plotly-plot") && (chartTitle(element) || axesTitle(element));
}

// Of several things in one picture, none names it.
function htmlLabel(element) {
  const named = [...element.querySelectorAll(GROUPS)].filter(isLarge);
  if (named.length > 1) return element.getAttribute("aria-label");
  return element.querySelector("caption, .label")?.innerText
    || element.getAttribute("aria-label")
    || named[0]?.getAttribute("aria-label")
    || element.querySelector("figcaption")?.firstChild?.textContent;
}
