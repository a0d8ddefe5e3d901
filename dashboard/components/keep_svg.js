// Parts of a drawing: elements, colours, fonts, and what is copied into it as it is.

const SVG = "http://www.w3.org/2000/svg";
// What styles a shape, computed: a file has no style sheet of the page.
const SHAPE = [
  "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity",
  "fill-opacity", "stroke-opacity", "text-anchor", "dominant-baseline", "visibility", "display",
  "paint-order", "vector-effect", "shape-rendering", "font-size", "font-weight", "font-style",
];

function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
const inks = new Map(); // colour as a style sheet has it -> ["#rrggbb", opacity]

// Styles know more kinds of colours than most programs that read SVG.
function ink(colour) {
  if (!inks.has(colour)) {
    pixel.clearRect(0, 0, 1, 1);
    pixel.fillStyle = colour;
    pixel.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pixel.getImageData(0, 0, 1, 1).data;
    const digits = [red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("");
    inks.set(colour, [`#${digits}`, alpha / 255]);
  }
  return inks.get(colour);
}

function painted(what, colour) {
  const [solid, opacity] = ink(colour);
  const shown = opacity < 1 ? { [`${what}-opacity`]: opacity.toFixed(3) } : {};
  return { [what]: solid, ...shown };
}

// Of what is referred to inside a drawing: several may stand in one file.
function newId() {
  return `part${Math.random().toString(36).slice(2)}`;
}

function rounded(number) {
  return Math.round(100 * number) / 100;
}

function larger({ x, y, width, height }, by) {
  const [wide, tall] = [width, height].map((side) => Math.max(side + 2 * by, 0));
  return { x: x - by, y: y - by, width: wide, height: tall };
}

function boxed({ x, y, width, height }) {
  return { x: rounded(x), y: rounded(y), width: rounded(width), height: rounded(height) };
}

function fontOf(style) {
  return {
    "font-family": style.fontFamily, "font-size": style.fontSize, "font-weight": style.fontWeight,
    ...(style.fontStyle === "normal" ? {} : { "font-style": style.fontStyle }),
  };
}

// How much of a line of text lies above its foot.
const feet = new Map();
function footOf(style) {
  const font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  if (!feet.has(font)) {
    pixel.font = font;
    const { fontBoundingBoxAscent: above, fontBoundingBoxDescent: below } = pixel.measureText("x");
    feet.set(font, above / (above + below));
  }
  return feet.get(font);
}

function picture(href, box, { imageRendering }) {
  const image = svg("image", { ...boxed(box), href, preserveAspectRatio: "none" });
  if (imageRendering === "pixelated") image.style.imageRendering = "pixelated";
  return image;
}

// A drawing inside the page, with what its style sheet says written into it.
function shape(element, box) {
  const copy = element.cloneNode(true);
  const copies = [copy, ...copy.querySelectorAll("*")];
  [element, ...element.querySelectorAll("*")].forEach((from, i) => {
    const style = getComputedStyle(from);
    const to = copies[i];
    to.removeAttribute("class");
    to.removeAttribute("style");
    for (const name of SHAPE) to.setAttribute(name, style.getPropertyValue(name));
    const isText = ["text", "tspan"].includes(from.localName);
    if (isText) to.setAttribute("font-family", style.fontFamily);
    for (const what of ["fill", "stroke"]) {
      const colour = style[what];
      const isNone = colour === "none" || colour.startsWith("url");
      const written = isNone ? { [what]: colour } : painted(what, colour);
      for (const [name, value] of Object.entries(written)) to.setAttribute(name, value);
    }
  });
  for (const [name, value] of Object.entries(boxed(box))) copy.setAttribute(name, value);
  return copy;
}
