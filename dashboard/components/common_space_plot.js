// Images and texts as points of a plane or of space, drawn; a hand chooses one, or turns the space.

const NEAR = 14; // CSS pixels around a point that count as it
const SIZE = { image: 3.4, text: 4.4 }; // half a circle's width, and about half a triangle's
const TURN = 0.01; // radians a pixel of a drag

class SpacePlot extends SpaceMotion {
  constructor(field, canvas) {
    super(field);
    this.canvas = canvas;
    this.drag = null;
    field.addEventListener("pointerdown", (event) => this.down(event));
    field.addEventListener("pointermove", (event) => this.move(event));
    field.addEventListener("pointerup", (event) => this.up(event));
    field.addEventListener("pointercancel", () => { this.drag = null; });
    field.addEventListener("pointerleave", () => this.onHover?.(null));
    this.watcher = new ResizeObserver(() => this.draw());
    this.watcher.observe(field);
  }

  draw() {
    const [width, height] = [this.field.clientWidth, this.field.clientHeight];
    if (!this.film || !this.now || !width) return;
    const ratio = window.devicePixelRatio || 1;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== across) this.canvas.width = across;
    if (this.canvas.height !== down) this.canvas.height = down;
    const pen = this.canvas.getContext("2d");
    this.pen = pen;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const { color, backgroundColor } = getComputedStyle(this.canvas);
    [this.ink, this.ground] = [color, backgroundColor];
    this.project();
    this.drawPairs();
    this.drawPoints(ratio);
    this.drawFound();
    this.canvas.dataset.shows = String(this.at);
  }

  // Lines between the two of a pair.
  drawPairs() {
    const { pen, lines, chosen, film } = this;
    if (lines === "none") return;
    pen.lineWidth = lines === "all" ? 0.6 : 1;
    pen.globalAlpha = lines === "all" ? 0.45 : 0.75;
    for (let i = 0; i < film.count; i += 1) {
      if (lines === "class" && film.labels[i] !== film.labels[chosen[1]]) continue;
      pen.strokeStyle = `color-mix(in srgb, ${film.colours[film.labels[i]]} 75%, ${this.ink})`;
      this.line(this.screen[i], this.screen[i + film.count]);
    }
    pen.globalAlpha = 1;
  }

  line([x, y], [toX, toY]) {
    this.pen.beginPath();
    this.pen.moveTo(x, y);
    this.pen.lineTo(toX, toY);
    this.pen.stroke();
  }

  drawPoints(ratio) {
    const { film, pen } = this;
    const pictures = this.stamps(ratio);
    // What is farther away lies behind; in a plane the pairs lie over one another in their order.
    if (this.deep) this.order.sort((a, b) => this.screen[a][2] - this.screen[b][2]);
    for (const i of this.order) {
      const [x, y, depth] = this.screen[i];
      const stamp = pictures[i < film.count ? "image" : "text"][film.labels[i % film.count]];
      const side = (stamp.width / ratio) * (this.deep ? 1 + 0.3 * depth : 1);
      pen.drawImage(stamp, x - side / 2, y - side / 2, side, side);
    }
  }

  // A picture of each class's circle and triangle: drawn once, stamped a thousand times.
  stamps(ratio) {
    const name = [this.ink, ratio, this.film.colours].join();
    if (this.stamped?.name === name) return this.stamped;
    const make = (shape) => this.film.colours.map((colour) => {
      const side = Math.ceil(14 * ratio);
      const stamp = new OffscreenCanvas(side, side);
      const pen = stamp.getContext("2d");
      pen.scale(ratio, ratio);
      this.shape(pen, shape, side / ratio / 2);
      pen.fillStyle = colour;
      pen.fill();
      pen.lineWidth = 0.9;
      // An edge keeps pale points apart from a pale page, dark ones from a dark page.
      pen.strokeStyle = `color-mix(in srgb, ${this.ink} 60%, ${colour})`;
      pen.stroke();
      return stamp;
    });
    this.stamped = { name, image: make("image"), text: make("text") };
    return this.stamped;
  }

  shape(pen, kind, at) {
    const size = SIZE[kind];
    pen.beginPath();
    if (kind === "image") pen.arc(at, at, size, 0, 2 * Math.PI);
    else {
      pen.moveTo(at, at - size);
      pen.lineTo(at + size, at + 0.75 * size);
      pen.lineTo(at - size, at + 0.75 * size);
      pen.closePath();
    }
  }

  // What is asked, what it finds: full lines to what is right, broken ones to what is wrong.
  drawFound() {
    const { pen, found } = this;
    if (!found) return;
    const from = found.place ? this.placeOf(found.place, 0) : this.screen[found.from];
    pen.strokeStyle = this.ink;
    for (const { point, right } of found.points) {
      const [x, y] = this.screen[point];
      pen.setLineDash(right === false ? [4, 3] : []);
      pen.lineWidth = 1.2;
      if (from) this.line(from, [x, y]);
      pen.lineWidth = 1.6;
      this.ring(x, y, 6.5);
    }
    pen.setLineDash([]);
    if (!from) return;
    // A bright ring and a dark one are seen on any colour.
    for (const [colour, width] of [[this.ground, 7], [this.ink, 3]]) {
      [pen.strokeStyle, pen.lineWidth] = [colour, width];
      this.ring(from[0], from[1], 10);
    }
  }

  ring(x, y, radius) {
    this.pen.beginPath();
    this.pen.arc(x, y, radius, 0, 2 * Math.PI);
    this.pen.stroke();
  }

  down(event) {
    this.drag = { x: event.offsetX, y: event.offsetY, turned: [...this.turned], moved: false };
    if (this.deep) this.field.setPointerCapture(event.pointerId);
  }

  move(event) {
    const { drag } = this;
    if (!drag) return this.onHover?.(this.nearest(event.offsetX, event.offsetY));
    const [across, down] = [event.offsetX - drag.x, event.offsetY - drag.y];
    if (Math.hypot(across, down) > 4) drag.moved = true;
    if (!this.deep || !drag.moved) return undefined;
    return this.turn(drag.turned[0] - TURN * across, drag.turned[1] + TURN * down);
  }

  up(event) {
    const clicked = this.drag && !this.drag.moved;
    this.drag = null;
    const point = clicked ? this.nearest(event.offsetX, event.offsetY) : null;
    if (point !== null) this.onChoose?.(point);
  }

  nearest(x, y) {
    let [best, least] = [null, NEAR];
    (this.screen ?? []).forEach(([px, py], i) => {
      const far = Math.hypot(px - x, py - y);
      if (far <= least) [best, least] = [i, far];
    });
    return best;
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.watcher.disconnect();
  }
}
