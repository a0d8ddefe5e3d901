// The photo with a box over it that is moved by pointer and keys. A choice is the box's middle,
// [row, column]; null is the usual one.

const CROP_STEPS = {
  ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0],
};
const STRIDE = 8; // pixels of the photo at a key press; with Shift one

class CropChooser {
  constructor(field) {
    this.field = field;
    this.canvas = field.querySelector("canvas");
    this.frame = field.querySelector(".frame");
    field.addEventListener("pointerdown", (event) => {
      field.setPointerCapture(event.pointerId);
      this.point(event);
    });
    field.addEventListener("pointermove", (event) => event.buttons && this.point(event));
    field.addEventListener("keydown", (event) => this.press(event));
  }

  update({ header, parts: [photo], setStateValue }) {
    this.header = header;
    this.setStateValue = setStateValue;
    this.courier ??= new Courier((turn) => this.post(turn), header.turn);
    this.courier.answer(header.turn);
    // The server's choice is older than the hand's until it has answered the newest turn.
    if (!this.moving && this.courier.settled) this.want(header.selected);
    const mine = (this.newest = (this.newest ?? 0) + 1);
    createImageBitmap(new Blob([photo])).then((picture) => {
      if (mine < this.newest) return;
      this.picture = picture;
      this.render();
    });
    this.place();
  }

  want(choice) {
    this.wanted = choice?.join() === this.header.usual.join() ? null : choice;
  }

  // [top, left] of the box: the whole of it lies in the photo.
  get corner() {
    const { shape, box, usual } = this.header;
    return (this.wanted ?? usual).map((at, axis) =>
      Math.min(Math.max(at - Math.floor(box[axis] / 2), 0), shape[axis] - box[axis]));
  }

  fit(side, ratio) {
    [this.side, this.ratio] = [side, ratio];
    this.render();
  }

  render() {
    if (!this.picture || !this.side) return;
    const [rows, columns] = this.header.shape;
    this.scale = this.side / Math.max(rows, columns);
    resize(this.canvas, Math.round(columns * this.scale * this.ratio),
      Math.round(rows * this.scale * this.ratio));
    this.canvas.style.width = `${columns * this.scale}px`;
    this.canvas.style.height = `${rows * this.scale}px`;
    const pen = this.canvas.getContext("2d");
    pen.imageSmoothingQuality = "high";
    pen.drawImage(this.picture, 0, 0, this.canvas.width, this.canvas.height);
    this.place();
  }

  place() {
    const { box, words, label } = this.header;
    const [top, left] = this.corner;
    const [bottom, right] = [top + box[0] - 1, left + box[1] - 1];
    const said = fill(words.place, { top, left, bottom, right });
    this.field.setAttribute("aria-label", `${label}. ${said}. ${words.keys}`);
    if (!this.scale) return;
    const [y, x, height, width] = [top, left, ...box].map((at) => `${at * this.scale}px`);
    Object.assign(this.frame.style, { transform: `translate(${x}, ${y})`, width, height });
  }

  point(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    const [row, column] = [event.clientY - top, event.clientX - left];
    this.choose([row, column].map((at) => Math.round(at / this.scale)));
  }

  press(event) {
    const step = CROP_STEPS[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const stride = event.shiftKey ? 1 : STRIDE;
    const middle = this.corner.map((at, axis) => at + Math.floor(this.header.box[axis] / 2));
    this.choose(middle.map((at, axis) => at + stride * step[axis]));
  }

  // The box's middle, wherever in the photo the hand is.
  choose(choice) {
    const before = this.corner.join();
    this.want(choice);
    this.want(this.corner.map((at, axis) => at + Math.floor(this.header.box[axis] / 2)));
    if (this.corner.join() === before) return;
    this.place();
    this.moving = true;
    this.courier.offer();
    clearTimeout(this.linkTimer);
    this.linkTimer = setTimeout(() => this.settle(), LINK_AFTER_MS);
  }

  settle() {
    this.moving = false;
    writeLink(this.header.key, this.wanted && this.wanted.join("."));
    this.courier.offer();
  }

  post(turn) {
    const moving = Boolean(this.moving);
    this.setStateValue(this.header.key, { value: this.wanted, moving, turn });
  }

  close() {
    clearTimeout(this.linkTimer);
    this.courier?.close();
  }
}
