// A scene's picture on which pixels are chosen. A choice is a list of [row, column], the last one
// being the one that keys move.

const LETTERS = "ABCD";

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

  get resting() {
    return this.selected.at(-1);
  }

  get letter() {
    return this.selected.length > 1 ? `${LETTERS[this.selected.length - 1]} ` : "";
  }

  choiceSentence() {
    return this.letter + this.pixelSentence(this.resting);
  }

  describe() {
    if (!this.grid) return; // a key may come before the first picture
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
