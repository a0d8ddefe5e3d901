// Lines with their legend, and the value that is pointed at.
class LinePlot extends LineDrawing {
  constructor(root) {
    super();
    this.box = root.querySelector(".maps");
    this.box.kept = this; // by which keep.js finds the numbers and has them drawn
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
    this.lines = header.lines.map((line) => {
      const values = floats(line.values);
      const spread = line.spread === undefined ? null : floats(line.spread);
      const ends = line.ends === undefined ? null : floats(line.ends);
      let band = null;
      if (spread) band = [values.map((v, i) => v - spread[i]), values.map((v, i) => v + spread[i])];
      if (ends) band = [ends.subarray(0, values.length), ends.subarray(values.length)];
      return { ...line, values, spread, band };
    });
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
    this.paint(width, height);
    this.drawCursor();
    this.canvas.dataset.shows = this.header.shows;
  }

  paint(width, height) {
    this.ink = getComputedStyle(this.canvas).color;
    this.pen.font = `${FONT}px ${getComputedStyle(this.box).fontFamily}`;
    this.layOut(width, height);
    this.drawAxes();
    this.clipped(() => {
      for (const line of this.lines) this.drawBand(line);
      for (const line of this.lines) this.drawLine(line);
    });
    this.drawLetters();
    this.drawMarkers();
  }

  // The same with another pen.
  paintWith(pen, width, height) {
    const own = this.pen;
    this.pen = pen;
    this.paint(width, height);
    this.pen = own;
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
