const LINK_AFTER_MS = 200; // browsers refuse more than some 20 new addresses a second
const KEYS = {
  ArrowLeft: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  ArrowUp: (at, grid) => at - grid.across,
  ArrowDown: (at, grid) => at + grid.across,
  Home: () => 0,
  End: (at, grid, count) => count - 1,
};
const PARTS = [
  "label", "marks", "bar", "whose", "low", "high", "readout", "field", "under", "chosen",
];

class MapGrid {
  constructor(root) {
    const box = root.querySelector(".maps");
    // For screen readers a grid of one cell, the selected one; its place in the grid is told.
    box.innerHTML = `
      <div class="line">
        <span class="label"></span>
        <span class="marks" hidden>
          <svg viewBox="0 0 16 16"><path d="M2 14 14 2"></path></svg><span></span>
        </span>
        <span class="bar">
          <span class="whose"></span><span class="low"></span><i></i><span class="high"></span>
        </span>
      </div>
      <p class="readout" aria-hidden="true"></p>
      <div class="field" tabindex="0" role="grid" aria-activedescendant="cell">
        <canvas aria-hidden="true"></canvas>
        <div class="under" hidden></div><div class="chosen"></div>
        <div class="unseen" role="row"><span role="gridcell" id="cell"></span></div>
      </div>
      <p class="unseen" role="status"></p>`;
    for (const name of PARTS) this[name] = box.querySelector(`.${name}`);
    this.canvas = box.querySelector("canvas");
    this.cell = box.querySelector("#cell");
    this.status = box.querySelector("[role=status]");
    this.scratch = makeScratch();
    this.listen();
  }

  listen() {
    this.field.addEventListener("pointermove", (event) => this.hover(this.hit(event)));
    this.field.addEventListener("pointerleave", () => this.hover(null));
    this.field.addEventListener("click", (event) => {
      const spot = this.hit(event);
      if (spot) this.select(spot.channel);
    });
    this.field.addEventListener("keydown", (event) => this.press(event));
    this.watcher = new ResizeObserver(() => {
      if (this.header && this.field.clientWidth !== this.laidOutFor) this.render();
    });
    this.watcher.observe(this.field);
  }

  update(component) {
    const { header, parts } = unpack(component.data);
    this.component = component;
    this.header = header;
    this.courier ??= new Courier((turn) => this.post(turn), header.turn);
    this.courier.answer(header.turn);
    // The server's selection is older than the hand's until it has answered the newest turn.
    const old = this.moving || !this.courier.settled;
    if (this.selected === undefined || !old) this.selected = header.selected;
    this.selected = Math.min(this.selected, this.count - 1);
    this.values = decode(parts[0], header.top);
    const [, numbers] = parts;
    this.summaries = new Float32Array(numbers.buffer, numbers.byteOffset, numbers.byteLength / 4);
    this.spans = this.spansOfChannels();
    this.render();
  }

  get count() {
    return this.header.shape[0];
  }

  get scaleName() {
    return this.header.signed ? "diverging" : "sequential";
  }

  spansOfChannels() {
    const { scale, range, signed, shape } = this.header;
    const size = shape[1] * shape[2];
    if (scale === "unit") {
      const own = (channel) => rangeOf(this.values.subarray(channel * size, (channel + 1) * size));
      return Array.from({ length: this.count }, (_, channel) => spanOf(own(channel), signed));
    }
    const span = scale === "global" ? range : spanOf(rangeOf(this.values), signed);
    return Array(this.count).fill(span);
  }

  render() {
    const width = this.field.clientWidth;
    if (!width) return; // in a closed tab: the watcher calls again
    const { shape, columns: wanted, maxTile, height, marked, shows } = this.header;
    const [count, rows, columns] = shape;
    const ratio = window.devicePixelRatio || 1;
    this.grid = layOut({ count, rows, columns, width, height, ratio, wanted, maxTile });
    this.ratio = ratio;
    const picture = coloured(this.values, shape, this.grid, this.spans, PIXELS[this.scaleName]);
    this.field.classList.toggle("signed", this.header.signed);
    const between = getComputedStyle(this.canvas).borderTopColor;
    paint(this.canvas, this.scratch, picture, this.grid, shape, between);
    const ink = this.header.signed ? ["black", "white"] : ["white", "black"];
    strike(this.canvas, this.grid, marked, ratio, ink);
    this.canvas.dataset.shows = shows;
    this.canvas.style.width = `${this.grid.width / ratio}px`;
    this.canvas.style.height = `${this.grid.height / ratio}px`;
    this.holdHeight(width);
    this.describe();
    this.outline(this.chosen, this.selected);
    this.hover(this.spot);
  }

  // What stands below does not move when the next maps need less room.
  holdHeight(width) {
    const needed = this.grid.height / this.ratio;
    this.held = this.laidOutFor === width ? Math.max(this.held, needed) : needed;
    this.laidOutFor = width;
    this.field.style.minHeight = `${this.held}px`;
  }

  describe() {
    const { label, words, selectable } = this.header;
    const marks = marksSentence(this.header);
    this.label.textContent = label;
    this.marks.hidden = !marks;
    this.marks.lastElementChild.textContent = marks;
    const named = [label, marks, selectable ? words.keys : ""].filter(Boolean).join(". ");
    this.field.setAttribute("aria-label", named);
    this.field.setAttribute("aria-rowcount", this.grid.down);
    this.field.setAttribute("aria-colcount", this.grid.across);
    const row = Math.floor(this.selected / this.grid.across) + 1;
    this.cell.parentElement.setAttribute("aria-rowindex", row);
    this.cell.setAttribute("aria-colindex", (this.selected % this.grid.across) + 1);
    this.cell.setAttribute("aria-selected", selectable);
    this.cell.textContent = channelSentence(this.header, this.summaries, this.selected);
    if (this.bar.dataset.scale === this.scaleName) return;
    this.bar.dataset.scale = this.scaleName;
    this.bar.querySelector("i").style.background = gradient(this.scaleName);
  }

  // The value under the pointer: {channel, row, column}, or null between tiles.
  hit(event) {
    if (!this.grid) return null;
    const { left, top } = this.canvas.getBoundingClientRect();
    const x = (event.clientX - left) * this.ratio;
    const y = (event.clientY - top) * this.ratio;
    return spotAt(this.grid, this.header.shape, x, y);
  }

  hover(spot) {
    const [count, rows, columns] = this.header.shape;
    const there = spot && spot.channel < count && spot.row < rows && spot.column < columns;
    this.spot = there ? spot : null;
    this.under.hidden = !there;
    if (there) this.outline(this.under, spot.channel);
    const channel = there ? spot.channel : this.selected;
    this.readout.textContent = there
      ? spotSentence(this.header, this.values, spot)
      : channelSentence(this.header, this.summaries, channel);
    this.tellScale(channel);
  }

  tellScale(channel) {
    const { scale, words, unit } = this.header;
    const [low, high] = this.spans[channel];
    this.whose.textContent = scale === "unit" ? fill(words.ownScale, { channel }) : "";
    this.low.textContent = written(low);
    this.high.textContent = written(high, unit);
  }

  outline(frame, channel) {
    const { x, y } = corner(this.grid, channel);
    frame.style.transform = `translate(${x / this.ratio}px, ${y / this.ratio}px)`;
    frame.style.width = `${this.grid.tile.x / this.ratio}px`;
    frame.style.height = `${this.grid.tile.y / this.ratio}px`;
  }

  press(event) {
    const move = KEYS[event.key];
    if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault(); // the page stays where it is
    const next = move(this.selected, this.grid, this.count);
    if (next >= 0 && next < this.count) this.select(next);
    this.status.textContent = channelSentence(this.header, this.summaries, this.selected);
  }

  select(channel) {
    if (channel === this.selected) return;
    this.selected = channel;
    this.describe();
    this.outline(this.chosen, channel);
    this.hover(this.spot);
    if (!this.header.selectable) return;
    this.moving = true;
    this.courier.offer();
    clearTimeout(this.linkTimer);
    this.linkTimer = setTimeout(() => this.settleLink(), LINK_AFTER_MS);
  }

  settleLink() {
    this.moving = false;
    const { key, default: usual } = this.header;
    writeLink(key, this.selected === usual ? null : String(this.selected));
    this.courier.offer();
  }

  post(turn) {
    const moving = Boolean(this.moving);
    this.component.setStateValue("sent", { value: this.selected, moving, turn });
  }

  close() {
    clearTimeout(this.linkTimer);
    this.courier?.close();
    this.watcher.disconnect();
  }
}

const grids = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  const grid = grids.get(root) ?? new MapGrid(root);
  grids.set(root, grid);
  grid.update(component);
  return () => {
    grid.close();
    grids.delete(root);
  };
}
