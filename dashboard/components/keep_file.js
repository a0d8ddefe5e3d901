// A picture of the page as a file: the drawing, above it what it is, below it whose it is.

const EDGE = 16; // CSS pixels around it
const TITLE = 17;
const SMALL = 12;
const LINE = 1.35;

// The drawing of {element, label}: {width, height, text}. told: under it.
async function drawingOf({ element, label }, told) {
  const { width, height } = element.getBoundingClientRect();
  const isChart = element.matches(".js-plotly-plot");
  const inner = isChart ? chart(element) : await new Sketch(element).element(element);
  const page = getComputedStyle(document.querySelector(".stApp"));
  // A picture that has its name in it needs no other.
  const lines = inner.textContent.includes(label) ? [] : wrapped(label, width, page.fontFamily);
  const top = EDGE + lines.length * TITLE * LINE;
  const bottom = top + height + SMALL * LINE + EDGE;
  const size = { width: Math.ceil(width + 2 * EDGE), height: Math.ceil(bottom) };
  inner.setAttribute("transform", `translate(${EDGE} ${rounded(top)})`);
  const written = (text, y, fontSize, more) => {
    const font = { "font-family": page.fontFamily, "font-size": fontSize };
    const place = { x: EDGE, y: rounded(y) };
    const line = svg("text", { ...place, ...font, ...painted("fill", page.color), ...more });
    line.textContent = text;
    return line;
  };
  const name = svg("title");
  name.textContent = label;
  const root = svg("svg", { ...size, viewBox: `0 0 ${size.width} ${size.height}` },
    name, svg("rect", { ...size, ...painted("fill", page.backgroundColor) }),
    ...lines.map((text, i) => (
      written(text, EDGE + (i + 0.75) * TITLE * LINE, TITLE, { "font-weight": 600 })
    )),
    inner, written(told, size.height - EDGE / 2, SMALL, { "fill-opacity": 0.7 }));
  return { ...size, text: new XMLSerializer().serializeToString(root) };
}

// A label in lines that are not longer than the picture is wide.
function wrapped(label, width, family) {
  pixel.font = `600 ${TITLE}px ${family}`;
  const lines = [];
  for (const word of label.match(/[\u3000-\uffef]|[^\s\u3000-\uffef]+\s*|\s+/g) ?? []) {
    const longer = (lines.at(-1) ?? "") + word;
    const fits = lines.length && pixel.measureText(longer.trimEnd()).width <= width;
    lines.splice(fits ? -1 : lines.length, 1, fits ? longer : word);
  }
  return lines.map((line) => line.trimEnd());
}

// The drawing with another width, in pixels.
function resized({ width, height, text }, wanted) {
  const tall = heightFor({ width, height }, wanted);
  const size = `width="${wanted}" height="${tall}"`;
  return text.replace(/<svg ([^>]*?)width="[^"]*" height="[^"]*"/, `<svg $1${size}`);
}

function heightFor({ width, height }, wanted) {
  return Math.max(1, Math.round((height / width) * wanted));
}

// A PNG (Blob) of the drawing, so many pixels wide.
async function pngOf(drawing, wanted) {
  const fonts = await fontStyle();
  const text = resized(drawing, wanted).replace(/<title>/, () => `${fonts}<title>`);
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [wanted, heightFor(drawing, wanted)];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
  } finally {
    URL.revokeObjectURL(address);
  }
}

// The page's own font: an image knows none but those of the machine.
let fonts;
function fontStyle() {
  return (fonts ??= fontRules().catch(() => ""));
}

async function fontRules() {
  const [first] = getComputedStyle(document.querySelector(".stApp")).fontFamily.split(",");
  const rules = [...document.styleSheets].flatMap(rulesOf).filter((rule) => (
    rule instanceof CSSFontFaceRule && rule.style.fontStyle !== "italic"
    && bareName(rule.style.fontFamily) === bareName(first)
  ));
  const texts = rules.map(async (rule) => {
    const [whole, source] = /url\("([^"]*)"\)/.exec(rule.cssText) ?? [];
    if (!source) return "";
    const base = rule.parentStyleSheet.href ?? document.baseURI;
    return rule.cssText.replace(whole, `url("${await dataUrl(new URL(source, base).href)}")`);
  });
  return `<style>${(await Promise.all(texts)).join("\n")}</style>`;
}

function bareName(family) {
  return family.replace(/["']/g, "").trim();
}

function rulesOf(sheet) {
  try {
    return [...sheet.cssRules];
  } catch { // of another server
    return [];
  }
}

// The tables of numbers of {element}, each a list of rows: small ones first, then single pixels.
function tablesOf({ element }) {
  if (element.matches(".js-plotly-plot")) return [chartRows(element)].filter(Boolean);
  if (element.kept) return [viewRows(element.kept)].filter(Boolean);
  const tables = element.matches("table") ? [element] : [...element.querySelectorAll("table")];
  return [...writtenRows(element), ...tableRows(tables), ...toldRows(element)];
}
