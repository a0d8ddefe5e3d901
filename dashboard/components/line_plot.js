const DASHES = { solid: [], dashed: [9, 5], dotted: [2, 4], mixed: [10, 4, 2, 4] };
const FONT = 14; // CSS pixels
const LOWEST = 130; // CSS pixels of the plot itself
const MEAN = 5; // CSS pixels of a line in its band: it is seen also where another lies over it
const HALO = 0.35; // of a coloured line's edge in the text's colour: yellow on white, black on black

class LinePlot {
  constructor(root) {
    this.box = root.querySelector(".maps");
    this.box.innerHTML = `
      <p class="legend"></p>
      <div class="field" tabindex="0" role="img"><canvas aria-hidden="true"></canvas></div>
      <p class="readout" aria-hidden="true"></p>
      <p class="unseen" role="status"></p>`;
    const part = (name) => this.box.querySelector(name);
    this.legend = part(".legend");
    this.field = part(".field");
    this.canvas = part("canvas");
    this.readout = part(".readout");
    this.status = part("[role=status]");
    this.cursor = null;
    this.listen();
  }

  listen() {
    this.field.addEventListener("pointermove", (event) => this.point(this.nearest(event.offsetX)));
    this.field.addEventListener("pointerleave", () => this.point(null));
    this.field.addEventListener("keydown", (event) => this.press(event));
    this.watcher = new ResizeObserver(() => this.header && this.draw());
    this.watcher.observe(this.field);
  }

  update(component) {
    const { header, parts } = unpack(component.data);
    this.header = header;
    const floats = (at) => {
      const bytes = parts[at];
      return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    };
    this.x = floats(0);
    this.lines = header.lines.map((line) => ({
      ...line,
      values: floats(line.values),
      spread: line.spread === undefined ? null : floats(line.spread),
    }));
    if (this.cursor >= this.x.length) this.cursor = null;
    this.field.setAttribute("aria-label", `${header.label}. ${this.names()}. ${header.words.keys}`);
    this.tellLegend();
    this.draw();
  }

  names() {
    const said = this.lines.map(({ letter, name }) => `${letter} ${name}`.trim());
    return said.join(this.header.words.comma);
  }

  tellLegend() {
    const told = JSON.stringify(this.header.lines);
    if (this.told === told) return;
    this.told = told;
    this.legend.replaceChildren(...this.lines.filter(({ listed }) => listed).map((line) => {
      const item = document.createElement("span");
      const stroke = line.colour || "currentColor";
      const dash = DASHES[line.dash].join(" ");
      const ground = line.ground || "transparent";
      item.innerHTML = `<svg viewBox="0 0 30 14">
        <rect width="30" height="14" fill="${ground}" fill-opacity="0.55"></rect>
        <path d="M0 7H30" stroke="currentColor" stroke-opacity="${line.colour ? HALO : 0}"
          stroke-width="4"></path>
        <path d="M0 7H30" stroke="${stroke}" stroke-width="2.5" stroke-dasharray="${dash}"></path>
        </svg>`;
      if (line.letter) item.append(Object.assign(document.createElement("b"),
        { textContent: line.letter }));
      item.append(line.name);
      return item;
    }));
  }

  // Lowest and highest of all lines with their bands, with a little room.
  range() {
    const { yRange, log } = this.header;
    if (yRange) return yRange;
    let [low, high] = [Infinity, -Infinity];
    for (const { values, spread } of this.lines) {
      for (let i = 0; i < values.length; i += 1) {
        const half = spread ? spread[i] : 0;
        const [bottom, top] = [values[i] - half, values[i] + half];
        if (bottom < low && (!log || bottom > 0)) low = bottom;
        if (top > high) high = top;
      }
    }
    if (!(low <= high)) return log ? [0.1, 1] : [0, 1];
    if (log) return [low / 1.3, high * 1.3];
    const room = (high - low || Math.abs(high) || 1) * 0.04;
    return [low >= 0 ? Math.max(low - room, 0) : low - room, high + room];
  }

  draw() {
    const width = this.field.clientWidth;
    if (!width) return; // in a closed fold: the watcher calls again
    // What the legend takes of the height is the lines' loss: what stands below does not move.
    const height = Math.max(this.header.height - this.legend.offsetHeight, LOWEST);
    const ratio = window.devicePixelRatio || 1;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== across) this.canvas.width = across;
    if (this.canvas.height !== down) this.canvas.height = down;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    this.pen = this.canvas.getContext("2d");
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.pen.clearRect(0, 0, width, height);
    const style = getComputedStyle(this.canvas);
    this.ink = style.color;
    this.paper = style.backgroundColor;
    this.pen.font = `${FONT}px ${getComputedStyle(this.box).fontFamily}`;
    this.layOut(width, height);
    this.drawAxes();
    this.clipped(() => {
      for (const line of this.lines) this.drawBand(line);
      for (const line of this.lines) this.drawLine(line);
    });
    this.drawLetters();
    this.drawMarkers();
    this.drawCursor();
    this.canvas.dataset.shows = this.header.shows;
  }

  get text() {
    return this.header.percent ? percentText : numberText;
  }

  layOut(width, height) {
    const { log } = this.header;
    const [low, high] = this.range();
    const [bottom, top] = [height - 2 * FONT - 12, this.header.markers.length ? FONT + 8 : 10];
    this.y = new Scale(low, high, bottom, top, log);
    this.yTicks = this.y.ticks(SMALLEST_TICK);
    const wide = Math.max(...this.yTicks.map((value) => this.pen.measureText(this.text(value)).width));
    this.left = wide + FONT + 18;
    this.right = width - (this.lines.some(({ letter }) => letter) ? 20 : 10);
    const [first, last] = [Math.min(...this.x), Math.max(...this.x)];
    this.xScale = new Scale(first, last, this.left, this.right);
  }

  drawAxes() {
    const { pen, y, left, right } = this;
    const { xLabel, yLabel, gaps } = this.header;
    const bottom = y.from;
    pen.fillStyle = this.faded(0.1);
    for (const [from, to] of gaps) {
      pen.fillRect(this.xScale.at(from), y.to, this.xScale.at(to) - this.xScale.at(from), bottom - y.to);
    }
    pen.strokeStyle = this.faded(0.18);
    pen.fillStyle = this.ink;
    pen.lineWidth = 1;
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (const value of this.yTicks) {
      this.stroke([left, y.at(value)], [right, y.at(value)]);
      pen.fillText(this.text(value), left - 6, y.at(value));
    }
    pen.textAlign = "center";
    pen.textBaseline = "top";
    for (const value of this.xScale.ticks(2 * SMALLEST_TICK)) {
      const at = this.xScale.at(value);
      this.stroke([at, bottom], [at, bottom + 5]);
      pen.fillText(numberText(value), at, bottom + 7);
    }
    pen.fillText(xLabel, (left + right) / 2, bottom + FONT + 11);
    pen.save();
    pen.translate(2, (bottom + y.to) / 2);
    pen.rotate(-Math.PI / 2);
    pen.fillText(yLabel, 0, 0);
    pen.restore();
    pen.strokeStyle = this.faded(0.6);
    this.stroke([left, y.to], [left, bottom]);
    this.stroke([left, bottom], [right, bottom]);
    if (y.low < 0 && y.high > 0) this.stroke([left, y.at(0)], [right, y.at(0)]);
    this.drawGapLabel();
  }

  drawGapLabel() {
    const { gaps, gapLabel } = this.header;
    if (!gaps.length) return;
    const widest = gaps.reduce((best, gap) => (gap[1] - gap[0] > best[1] - best[0] ? gap : best));
    const { pen } = this;
    pen.save();
    pen.fillStyle = this.faded(0.75);
    pen.translate(this.xScale.at((widest[0] + widest[1]) / 2), this.y.to + 4);
    pen.rotate(-Math.PI / 2);
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    pen.fillText(gapLabel, 0, 0);
    pen.restore();
  }

  faded(share) {
    return `color-mix(in srgb, ${this.ink} ${100 * share}%, transparent)`;
  }

  stroke(...points) {
    this.pen.beginPath();
    points.forEach(([x, y], i) => (i ? this.pen.lineTo(x, y) : this.pen.moveTo(x, y)));
    this.pen.stroke();
  }

  clipped(paint) {
    const { pen, left, right, y } = this;
    pen.save();
    pen.beginPath();
    pen.rect(left, y.to - 2, right - left + 2, y.from - y.to + 3);
    pen.clip();
    paint();
    pen.restore();
  }

  // Runs of neighbouring values between the breaks, as lists of indices.
  pieces(values) {
    const breaks = new Set(this.header.breaks);
    const pieces = [[]];
    values.forEach((value, i) => {
      if (breaks.has(i) || Number.isNaN(value)) pieces.push([]);
      if (!Number.isNaN(value)) pieces.at(-1).push(i);
    });
    return pieces.filter((piece) => piece.length);
  }

  drawBand({ values, spread, colour }) {
    if (!spread) return;
    const { pen, xScale, y } = this;
    pen.fillStyle = `color-mix(in srgb, ${colour || this.ink} 30%, transparent)`;
    pen.strokeStyle = this.faded(0.25);
    pen.lineWidth = 1;
    for (const piece of this.pieces(values)) {
      pen.beginPath();
      for (const i of piece) pen.lineTo(xScale.at(this.x[i]), y.at(values[i] + spread[i]));
      for (const i of piece.toReversed()) pen.lineTo(xScale.at(this.x[i]), y.at(values[i] - spread[i]));
      pen.closePath();
      pen.fill();
      pen.stroke();
    }
  }

  drawLine({ values, spread, colour, dash, points }) {
    const { pen, xScale, y } = this;
    pen.lineJoin = "round";
    pen.setLineDash(DASHES[dash]);
    const wide = spread ? MEAN : 2.5;
    const layers = colour ? [[this.faded(HALO), wide + 2, []], [colour, wide]] : [[this.ink, 2]];
    for (const [style, width, solid] of layers) {
      pen.strokeStyle = style;
      pen.lineWidth = width;
      pen.setLineDash(solid ?? DASHES[dash]);
      for (const piece of this.pieces(values)) {
        this.stroke(...piece.map((i) => [xScale.at(this.x[i]), y.at(values[i])]));
      }
    }
    pen.setLineDash([]);
    if (!points) return;
    for (let i = 0; i < values.length; i += 1) this.dot(i, values[i], colour);
  }

  dot(i, value, colour) {
    const { pen } = this;
    pen.fillStyle = colour || this.ink;
    pen.beginPath();
    pen.arc(this.xScale.at(this.x[i]), this.y.at(value), 4, 0, 2 * Math.PI);
    pen.fill();
  }

  // At the lines' ends, from top to bottom, none over another.
  drawLetters() {
    const { pen } = this;
    pen.fillStyle = this.ink;
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    const ends = this.lines.filter(({ letter }) => letter).map(({ values, letter }) => {
      const last = values.findLastIndex((value) => !Number.isNaN(value));
      return { letter, x: this.xScale.at(this.x[last]) + 4, y: this.y.at(values[last]) };
    });
    ends.sort((one, other) => one.y - other.y);
    // The lowest stays above the axis, the others above it.
    let free = this.y.from - FONT / 2 + 4;
    for (const end of ends.toReversed()) {
      end.y = Math.min(end.y, free);
      free = end.y - FONT;
      pen.fillText(end.letter, end.x, end.y);
    }
  }

  drawMarkers() {
    const { pen, y } = this;
    pen.textAlign = "center";
    pen.textBaseline = "bottom";
    for (const [place, text, colour] of this.header.markers) {
      const at = this.xScale.at(place);
      pen.lineWidth = 2;
      pen.strokeStyle = colour || this.ink;
      this.stroke([at, y.to], [at, y.from]);
      pen.fillStyle = this.ink;
      pen.fillText(text, at, y.to - 1);
    }
  }

  drawCursor() {
    this.readout.textContent = "";
    if (this.cursor === null) return;
    const { pen, y } = this;
    const at = this.xScale.at(this.x[this.cursor]);
    pen.lineWidth = 1;
    pen.strokeStyle = this.ink;
    this.stroke([at, y.to], [at, y.from]);
    for (const { values, colour } of this.lines) {
      if (!Number.isNaN(values[this.cursor])) this.dot(this.cursor, values[this.cursor], colour);
    }
    this.readout.textContent = this.sentence(this.cursor);
  }

  // "821 nm: A 4 210, Corn 3 980 ± 210"
  sentence(i) {
    const { xNames, words } = this.header;
    const said = this.lines.map(({ name, letter, values, spread }) => {
      const value = this.text(values[i]);
      const number = spread ? fill(words.spread, { value, spread: this.text(spread[i]) }) : value;
      return `${letter || name} ${number}`;
    });
    return `${xNames[i] ?? numberText(this.x[i])}: ${said.join(words.comma)}`;
  }

  nearest(place) {
    if (!this.xScale || place < this.left - 8) return null;
    let best = 0;
    for (let i = 1; i < this.x.length; i += 1) {
      const nearer = Math.abs(this.xScale.at(this.x[i]) - place)
        < Math.abs(this.xScale.at(this.x[best]) - place);
      if (nearer) best = i;
    }
    return best;
  }

  point(at) {
    if (at === this.cursor || !this.header) return;
    this.cursor = at;
    this.draw();
  }

  press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const last = this.x.length - 1;
    const now = this.cursor ?? Math.floor(last / 2);
    const next = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.point(Math.min(Math.max(next, 0), last));
    this.status.textContent = this.sentence(this.cursor);
  }

  close() {
    this.watcher.disconnect();
  }
}
