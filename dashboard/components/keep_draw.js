// What is on the screen as SVG: boxes, text and pictures at their places, so that a picture made of
// HTML is as good in a text program as in a browser.

const CONTROLS = "button, input, select, textarea, style, script, .slider:not(.maps), .unseen";
const SIDES = ["Top", "Right", "Bottom", "Left"];

class Sketch {
  constructor(element) {
    this.corner = element.getBoundingClientRect();
  }

  placed(box) {
    const { x, y } = this.corner;
    return { x: box.x - x, y: box.y - y, width: box.width, height: box.height };
  }

  // <g> with the element and all that is in it.
  async element(element) {
    const style = getComputedStyle(element);
    const box = this.placed(element.getBoundingClientRect());
    const group = svg("g", style.opacity === "1" ? {} : { opacity: style.opacity });
    if (style.display === "none" || element.matches(CONTROLS)) return group;
    if (style.visibility === "visible" && box.width > 0) group.append(...this.box(style, box));
    const leaf = await this.leaf(element, box, style);
    if (leaf) group.append(leaf);
    else await this.inside(element, style, box, group);
    return group;
  }

  async inside(element, style, box, group) {
    const place = style.overflowX === "visible" || element.scrollWidth <= element.clientWidth
      ? group : group.appendChild(this.clipped(box));
    for (const child of (element.shadowRoot ?? element).childNodes) {
      if (child.nodeType === Node.TEXT_NODE) place.append(...this.text(child, style));
      else if (child.nodeType === Node.ELEMENT_NODE) {
        const drawn = await this.element(child);
        if (drawn.childNodes.length) place.append(drawn);
      }
    }
  }

  clipped(box) {
    const id = newId();
    return svg("g", { "clip-path": `url(#${id})` },
      svg("clipPath", { id }, svg("rect", boxed(box))));
  }

  // What has nothing inside that is drawn by the same rules.
  async leaf(element, box, style) {
    if (element.localName === "svg") return shape(element, box);
    if (element.localName === "canvas") return this.canvas(element, box);
    if (element.localName !== "img" || !box.width) return null;
    return picture(await dataUrl(element.currentSrc || element.src), box, style);
  }

  canvas(element, box) {
    if (!element.width || !element.height || !box.width) return svg("g");
    const view = element.closest(".maps")?.kept;
    if (!view?.paintWith) return picture(element.toDataURL(), box, { imageRendering: "pixelated" });
    const pen = new SvgPen();
    view.paintWith(pen, box.width, box.height);
    pen.group.setAttribute("transform", `translate(${rounded(box.x)} ${rounded(box.y)})`);
    return pen.group;
  }

  box(style, box) {
    const drawn = [];
    const radius = Math.min(parseFloat(style.borderTopLeftRadius) || 0, box.height / 2);
    const round = radius ? { rx: radius } : {};
    if (ink(style.backgroundColor)[1]) {
      const ground = painted("fill", style.backgroundColor);
      drawn.push(svg("rect", { ...boxed(box), ...round, ...ground }));
    }
    if (style.backgroundImage.startsWith("linear-gradient(to right")) {
      drawn.push(this.blend(style, box));
    }
    drawn.push(...edges(style, box, round));
    const wide = parseFloat(style.outlineWidth);
    if (wide && !["none", "auto"].includes(style.outlineStyle)) {
      const by = parseFloat(style.outlineOffset) + wide / 2;
      const pen = { "stroke-width": wide, ...painted("stroke", style.outlineColor) };
      drawn.push(svg("rect", { ...boxed(larger(box, by)), fill: "none", ...pen }));
    }
    return drawn;
  }

  blend(style, box) {
    const id = newId();
    const colours = style.backgroundImage.match(/(rgba?|color|oklab)\([^()]*\)/g) ?? [];
    const stops = colours.map((colour, i) => svg("stop", {
      offset: rounded(i / Math.max(colours.length - 1, 1)), ...painted("stop-color", colour),
    }));
    return svg("g", {}, svg("linearGradient", { id }, ...stops),
      svg("rect", { ...boxed(box), fill: `url(#${id})` }));
  }

  // A text as its lines, each as long as it is on the screen, whichever font a program has.
  text(node, style) {
    if (!node.data.trim() || style.visibility !== "visible") return [];
    return linesOf(node).map(({ text, rect }) => {
      const { x, y, width, height } = this.placed(rect);
      const upper = style.textTransform === "uppercase" ? text.toUpperCase() : text;
      const line = svg("text", {
        x: rounded(x), y: rounded(y + height * footOf(style)), ...fontOf(style),
        ...painted("fill", style.color),
      });
      line.textContent = upper;
      if (text.length > 1) {
        line.setAttribute("textLength", rounded(width));
        line.setAttribute("lengthAdjust", "spacingAndGlyphs");
      }
      return line;
    });
  }
}

function edges(style, box, round) {
  const [first] = SIDES;
  const wide = SIDES.map((side) => parseFloat(style[`border${side}Width`]));
  const shown = SIDES.map((side, i) => wide[i] > 0 && style[`border${side}Style`] !== "none"
    && ink(style[`border${side}Color`])[1] > 0);
  const same = SIDES.every((side) => ["Width", "Color", "Style"].every(
    (part) => style[`border${side}${part}`] === style[`border${first}${part}`],
  ));
  if (same && shown[0]) {
    const within = boxed(larger(box, -wide[0] / 2));
    return [svg("rect", { ...within, ...round, fill: "none", ...stroke(style, first) })];
  }
  const { x, y, width, height } = box;
  const [top, right, bottom, left] = wide.map((size) => size / 2);
  const lines = [
    [x, y + top, x + width, y + top], [x + width - right, y, x + width - right, y + height],
    [x, y + height - bottom, x + width, y + height - bottom], [x + left, y, x + left, y + height],
  ];
  return SIDES.flatMap((side, i) => {
    if (!shown[i]) return [];
    const [x1, y1, x2, y2] = lines[i].map(rounded);
    return [svg("line", { x1, y1, x2, y2, ...stroke(style, side) })];
  });
}

function stroke(style, side) {
  const wide = parseFloat(style[`border${side}Width`]);
  const kinds = { dashed: `${3 * wide} ${2 * wide}`, dotted: `${wide} ${wide}` };
  const dashes = kinds[style[`border${side}Style`]];
  return {
    ...painted("stroke", style[`border${side}Color`]), "stroke-width": wide,
    ...(dashes ? { "stroke-dasharray": dashes } : {}),
  };
}
