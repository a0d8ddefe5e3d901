// A scene's picture with layers over it, which the browser keeps by name.

const KEPT_AS_THEY_ARE = { premultiplyAlpha: "none", colorSpaceConversion: "none" };

function decoded(bytes) {
  return createImageBitmap(new Blob([bytes]), KEPT_AS_THEY_ARE);
}

// The numbers of an opaque picture, four a pixel.
function numbersIn(bitmap) {
  const canvas = document.createElement("canvas");
  resize(canvas, bitmap.width, bitmap.height);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(bitmap, 0, 0);
  return pen.getImageData(0, 0, bitmap.width, bitmap.height).data;
}

class ScenePicture extends telling(Picture) {
  constructor(root) {
    super(root);
    this.sheet = document.createElement("canvas");
    this.kept = new Map(); // layers by name: overlay (a bitmap) and arrays of numbers
    this.newest = 0; // message
    this.painted = 0; // the one whose picture is shown
    this.label.insertAdjacentHTML("afterend", `<span class="marks" hidden></span>`);
    this.take(["marks"]);
  }

  update(component) {
    const { header, parts } = unpack(component.data);
    this.component = component;
    this.header = header;
    this.receive(parts);
    const mine = (this.newest += 1);
    this.load(parts).then((base) => {
      // Only one that is already painted is newer: to wait for the newest of all would leave a
      // hand that moves all the time without a picture.
      if (mine < this.painted) return;
      this.painted = mine;
      this.base = base;
      this.shows = header.shows;
      this.render();
      this.report();
    });
  }

  receive() {}

  report() {}

  async load(parts) {
    const { layers } = this.header;
    const fresh = layers.filter(({ name, places }) => places && !this.kept.has(name));
    const made = fresh.map(async ({ name, places }) => {
      const layer = {};
      for (const [what, at] of Object.entries(places)) {
        const bitmap = await decoded(parts[at]);
        layer[what] = what === "overlay" ? bitmap : numbersIn(bitmap);
      }
      this.kept.set(name, layer);
    });
    const [base] = await Promise.all([decoded(parts[0]), ...made]);
    const used = new Set(layers.map(({ name }) => name));
    for (const name of this.kept.keys()) if (!used.has(name)) this.kept.delete(name);
    return base;
  }

  render() {
    this.width = this.field.clientWidth; // asked before anything is moved: later it costs a layout
    if (this.base) super.render();
  }

  get layers() {
    return this.header.layers.map(({ name }) => this.kept.get(name)).filter(Boolean);
  }

  // The numbers of a kind, of the uppermost layers that have it.
  numbers(what) {
    return this.layers.findLast((layer) => layer[what])?.[what];
  }

  picture() {
    const [rows, columns] = this.size;
    resize(this.sheet, columns, rows);
    const pen = this.sheet.getContext("2d", { willReadFrequently: true });
    pen.globalAlpha = 1;
    pen.drawImage(this.base, 0, 0, columns, rows);
    pen.globalAlpha = this.header.opacity;
    for (const { overlay } of this.layers) if (overlay) pen.drawImage(overlay, 0, 0);
    return pen.getImageData(0, 0, columns, rows);
  }

  decorate() {
    this.paintMarks();
    this.canvas.dataset.shows = this.shows;
  }

  // A dot in the middle of each marked pixel, with an edge that is seen on any colour.
  paintMarks() {
    const marks = this.numbers("marks");
    if (!marks) return;
    const pen = this.canvas.getContext("2d");
    const [rows, columns] = this.size;
    for (let at = 0; at < rows * columns; at += 1) {
      const mark = this.header.marks[marks[4 * at] - 1];
      if (!mark) continue;
      const { x, y, width, height } = this.boxOfPixel([Math.floor(at / columns), at % columns]);
      const [dx, dy] = [Math.floor(width / 4), Math.floor(height / 4)];
      if (width >= 4) {
        pen.fillStyle = "white";
        pen.fillRect(x, y, width, height);
      }
      pen.fillStyle = mark[1];
      pen.fillRect(x + dx, y + dy, width - 2 * dx, height - 2 * dy);
    }
  }

  boxOfPixel([row, column]) {
    return boxOfPart(this.grid, this.size, [row, column, row + 1, column + 1]);
  }

  boxAt({ row, column }) {
    return this.boxOfPixel([row, column]);
  }

  describe() {
    super.describe();
    const { titled, marks } = this.header;
    this.label.hidden = !titled;
    const items = marks.map(([name, colour]) => {
      const item = document.createElement("span");
      item.innerHTML = `<i style="background:${colour}"></i>`;
      item.append(name);
      return item;
    });
    this.marks.hidden = !items.length;
    this.marks.replaceChildren(...items);
  }
}
