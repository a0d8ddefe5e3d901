// A scene's picture with layers over it; SceneMap is one on which pixels are chosen. A choice is a
// list of [row, column], the last one being the one that keys move.

const LETTERS = "ABCD";
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

class ScenePicture extends Picture {
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

  className(number) {
    return this.header.names[number - 1] ?? String(number);
  }

  // "row 3, column 17: labelled Corn, predicted Woods: Woods 61 %, Corn 20 %, Oats 9 %"
  pixelSentence([row, column]) {
    const { words } = this.header;
    const place = fill(words.position, { row, column });
    const at = 4 * (row * this.size[1] + column);
    const said = [];
    const truth = this.numbers("truth")?.[at];
    if (truth !== undefined) {
      said.push(truth ? fill(words.truth, { name: this.className(truth) }) : words.unknown);
    }
    const prediction = this.numbers("prediction")?.[at];
    if (prediction) said.push(fill(words.prediction, { name: this.className(prediction) }));
    const shares = this.likeliest(at);
    const sentence = [said.join(words.comma), shares.join(words.comma)].filter(Boolean).join(": ");
    return sentence ? `${place}: ${sentence}` : place;
  }

  likeliest(at) {
    const [top, shares] = [this.numbers("top"), this.numbers("shares")];
    if (!top || !shares) return [];
    const { words, levels } = this.header;
    return [0, 1, 2].filter((i) => top[at + i]).map((i) => {
      const percent = (100 * shares[at + i]) / levels;
      return fill(words.share, { name: this.className(top[at + i]), percent });
    });
  }
}

class SceneMap extends choosing(ScenePicture) {
  constructor(root) {
    super(root);
    this.readout.insertAdjacentHTML("beforebegin", `<button class="clear" hidden></button>`);
    this.take(["clear"]);
    // All but the last one go.
    this.clear.addEventListener("click", () => {
      this.select(this.selected.slice(-1));
      this.field.focus();
    });
    this.picks = [...LETTERS].map((letter) => {
      const pick = document.createElement("div");
      pick.className = "pick";
      pick.innerHTML = `<b>${letter}</b>`;
      this.field.append(pick);
      return pick;
    });
  }

  // The server sends what the browser has not told it to have.
  report() {
    const held = [...this.kept.keys()].sort();
    const lacking = this.header.layers.some(({ name }) => !this.kept.has(name));
    const untold = this.header.report && held.join("\n") !== (this.told ?? []).join("\n");
    if ((lacking || untold) && this.courier.settled) this.courier.offer();
  }

  post(turn) {
    this.told = [...this.kept.keys()].sort();
    const moving = Boolean(this.moving);
    const sent = { value: this.wanted, moving, turn, have: this.told };
    this.component.setStateValue("sent", sent);
  }

  choiceAt({ row, column }) {
    const others = this.selected.filter(([r, c]) => r !== row || c !== column);
    return [...others, [row, column]].slice(-this.header.most);
  }

  moved(key) {
    const list = this.selected;
    const several = this.header.most > 1;
    if (several && key === "Enter") return [...list, list.at(-1)].slice(-this.header.most);
    if (several && (key === "Delete" || key === "Backspace")) {
      return list.length > 1 ? list.slice(0, -1) : list;
    }
    const step = STEPS[key];
    if (!step) return undefined;
    return this.inside([...list.slice(0, -1), list.at(-1).map((at, axis) => at + step[axis])]);
  }

  // The nearest that the scene has.
  inside(list) {
    const clamped = ([row, column]) =>
      [row, column].map((at, axis) => Math.min(Math.max(at, 0), this.size[axis] - 1));
    return list.map(clamped).slice(-this.header.most);
  }

  code(list) {
    return list.map((pixel) => pixel.join(".")).join("-");
  }

  get gridSize() {
    return this.size;
  }

  placeOf(list) {
    return list.at(-1);
  }

  boxOf(list) {
    return this.boxOfPixel(list.at(-1));
  }

  choiceSentence() {
    const letter = this.selected.length > 1 ? `${LETTERS[this.selected.length - 1]} ` : "";
    return letter + this.pixelSentence(this.selected.at(-1));
  }

  describe() {
    this.header.outline = this.windowAround(this.selected.at(-1));
    super.describe();
    const { words, most } = this.header;
    const list = this.selected;
    this.clear.textContent = words.clear;
    this.clear.hidden = list.length < 2;
    this.chosen.hidden = most > 1;
    this.picks.forEach((pick, i) => {
      pick.hidden = most < 2 || i >= list.length;
      if (pick.hidden) return;
      this.frame(pick, this.boxOfPixel(list[i]));
      pick.classList.toggle("flip", list[i][1] > 0.85 * this.size[1]);
    });
  }

  alsoSaid() {
    return [...super.alsoSaid(), this.header.most > 1 ? this.header.words.several : ""];
  }

  // [top, left, bottom, right] of the part of a window that lies in the scene.
  windowAround([row, column]) {
    const { window } = this.header;
    if (!window) return null;
    const half = Math.floor(window / 2);
    const [rows, columns] = this.size;
    return [
      Math.max(row - half, 0), Math.max(column - half, 0),
      Math.min(row + half + 1, rows), Math.min(column + half + 1, columns),
    ];
  }
}
