// A pen that writes SVG: the few calls of a canvas that line_drawing.js makes.

const ANCHORS = { left: "start", right: "end", center: "middle" };
// Where a line of text has its foot, in shares of its size.
const FOOT = { top: 0.78, middle: 0.34, bottom: -0.2, alphabetic: 0 };

class SvgPen {
  constructor() {
    this.group = svg("g");
    this.place = this.group; // where the next stroke goes: clipping opens another
    this.kept = [];
    this.turn = ""; // translate(…) rotate(…) of what follows
    this.dashes = [];
    Object.assign(this, { lineWidth: 1, lineJoin: "miter" });
    Object.assign(this, { textAlign: "left", textBaseline: "alphabetic" });
  }

  save() {
    const { place, turn, fillStyle, strokeStyle, lineWidth, textAlign, textBaseline } = this;
    this.kept.push({ place, turn, fillStyle, strokeStyle, lineWidth, textAlign, textBaseline });
  }

  restore() {
    Object.assign(this, this.kept.pop());
  }

  translate(x, y) {
    this.turn += ` translate(${rounded(x)} ${rounded(y)})`;
  }

  rotate(radians) {
    this.turn += ` rotate(${rounded((radians * 180) / Math.PI)})`;
  }

  setLineDash(dashes) {
    this.dashes = dashes;
  }

  measureText(text) {
    pixel.font = this.font;
    return pixel.measureText(text);
  }

  beginPath() {
    this.path = "";
  }

  moveTo(x, y) {
    this.path += `M${rounded(x)} ${rounded(y)}`;
  }

  lineTo(x, y) {
    this.path += `${this.path ? "L" : "M"}${rounded(x)} ${rounded(y)}`;
  }

  closePath() {
    this.path += "Z";
  }

  rect(x, y, width, height) {
    const [wide, tall] = [rounded(width), rounded(height)];
    this.path += `M${rounded(x)} ${rounded(y)}h${wide}v${tall}h${-wide}Z`;
  }

  // Whole circles are all that is drawn.
  arc(x, y, radius) {
    const by = rounded(radius);
    const [left, middle] = [rounded(x - radius), rounded(y)];
    this.path += `M${left} ${middle}a${by} ${by} 0 1 0 ${2 * by} 0a${by} ${by} 0 1 0 ${-2 * by} 0Z`;
  }

  clip() {
    const id = newId();
    this.place = this.place.appendChild(svg("g", { "clip-path": `url(#${id})` },
      svg("clipPath", { id }, svg("path", { d: this.path }))));
  }

  put(element) {
    if (this.turn) element.setAttribute("transform", this.turn.trim());
    this.place.append(element);
  }

  fill() {
    this.put(svg("path", { d: this.path, ...painted("fill", this.fillStyle) }));
  }

  fillRect(x, y, width, height) {
    const box = boxed({ x, y, width, height });
    this.put(svg("rect", { ...box, ...painted("fill", this.fillStyle) }));
  }

  stroke() {
    this.put(svg("path", {
      d: this.path, fill: "none", ...painted("stroke", this.strokeStyle),
      "stroke-width": this.lineWidth, "stroke-linejoin": this.lineJoin,
      ...(this.dashes.length ? { "stroke-dasharray": this.dashes.join(" ") } : {}),
    }));
  }

  fillText(text, x, y) {
    const [, size, family] = /([\d.]+)px (.*)/.exec(this.font);
    const element = svg("text", {
      x: rounded(x), y: rounded(y + FOOT[this.textBaseline] * size), "font-size": size,
      "font-family": family, "text-anchor": ANCHORS[this.textAlign],
      ...painted("fill", this.fillStyle),
    });
    element.textContent = text;
    this.put(element);
  }
}
