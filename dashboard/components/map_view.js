// A canvas of maps that answers to the pointer: what the grid of maps, the map with one chosen
// pixel and the picture have in common.

const BAR = `
  <span class="bar">
    <span class="whose"></span><span class="low"></span><i></i><span class="high"></span>
  </span>`;
const READOUT = `<p class="readout" aria-hidden="true"></p>`;
const FIELD = `
  <div class="field" role="img">
    <canvas aria-hidden="true"></canvas>
    <div class="under" hidden></div>
  </div>`;
const PARTS = ["label", "readout", "field", "under", "bar", "whose", "low", "high"];

// A subclass knows its values (receive), their colours (picture), what is written on them
// (decorate), and the words: alsoSaid() behind the label, spotSentence() and restSentence() for
// the line above the canvas; boxAt() is the frame around what is under the pointer.
class MapView {
  // html has the parts above; extra: more classes whose elements become fields of that name.
  constructor(root, html, extra = []) {
    this.box = root.querySelector(".maps");
    this.box.kept = this; // by which keep_rows.js finds the numbers
    this.box.innerHTML = html;
    this.take([...PARTS, ...extra]);
    this.holder ??= this.field;
    this.canvas = this.box.querySelector("canvas");
    this.scratch = makeScratch();
    this.listen();
  }

  take(classes) {
    for (const name of classes) this[name] = this.box.querySelector(`.${name}`);
  }

  listen() {
    this.field.addEventListener("pointermove", (event) => this.hover(this.hit(event)));
    this.field.addEventListener("pointerleave", () => this.hover(null));
    this.watcher = new ResizeObserver(() => {
      if (this.header && this.field.clientWidth !== this.laidOutFor) this.render();
    });
    this.watcher.observe(this.field);
  }

  update(component) {
    const { header, parts } = unpack(component.data);
    this.component = component;
    this.header = header;
    this.receive(parts);
    this.render();
  }

  get scaleName() {
    return this.header.signed ? "diverging" : "sequential";
  }

  // Whether there are lines around the tiles: signed maps are pale at zero, as the page may be.
  get lined() {
    return this.header.signed;
  }

  render() {
    const width = this.field.clientWidth;
    if (!width) return; // in a closed tab: the watcher calls again
    const { shape, columns: wanted, maxTile, height } = this.header;
    const [count, rows, columns] = shape;
    const ratio = window.devicePixelRatio || 1;
    this.grid = layOut({ count, rows, columns, width, height, ratio, wanted, maxTile });
    this.ratio = ratio;
    this.field.classList.toggle("lined", this.lined);
    const between = getComputedStyle(this.canvas).borderTopColor;
    paint(this.canvas, this.scratch, this.picture(), this.grid, shape, between);
    this.decorate();
    this.canvas.style.width = `${this.grid.width / ratio}px`;
    this.canvas.style.height = `${this.grid.height / ratio}px`;
    this.describe();
    this.hover(this.spot);
    this.holdHeight(width);
  }

  decorate() {}

  // What stands below does not move when the next maps need less room.
  holdHeight(width) {
    this.held = this.laidOutFor === width ? Math.max(this.held, this.needed) : this.needed;
    this.laidOutFor = width;
    this.holder.style.minHeight = `${this.held}px`;
  }

  // CSS pixels.
  get needed() {
    return this.grid.height / this.ratio;
  }

  describe() {
    const { label } = this.header;
    this.label.textContent = label;
    this.field.setAttribute("aria-label", [label, ...this.alsoSaid()].filter(Boolean).join(". "));
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
    if (there) this.frame(this.under, this.boxAt(spot));
    this.readout.textContent = there ? this.spotSentence(spot) : this.restSentence();
  }

  // Lays an element over a box of the canvas (device pixels).
  frame(element, { x, y, width, height }) {
    element.style.transform = `translate(${x / this.ratio}px, ${y / this.ratio}px)`;
    element.style.width = `${width / this.ratio}px`;
    element.style.height = `${height / this.ratio}px`;
  }

  tellScale([low, high], whose = "") {
    this.whose.textContent = whose;
    this.low.textContent = written(low);
    this.high.textContent = written(high, this.header.unit);
    if (this.bar.dataset.scale === this.scaleName) return;
    this.bar.dataset.scale = this.scaleName;
    this.bar.querySelector("i").style.background = gradient(this.scaleName);
  }

  close() {
    this.watcher.disconnect();
  }
}
