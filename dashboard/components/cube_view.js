// A solid in parallel projection: each of its faces is a picture under an affine map.

const STEP = 7; // degrees a key press
const LOWEST = 12; // degrees from which one looks at the top, at least
const HIGHEST = 80;

class CubeView {
  constructor(root) {
    this.box = root.querySelector(".maps");
    this.box.innerHTML = `
      <p class="hint"></p>
      <div class="field" tabindex="0" role="img"><canvas aria-hidden="true"></canvas></div>`;
    this.hint = this.box.querySelector(".hint");
    this.field = this.box.querySelector(".field");
    this.canvas = this.box.querySelector("canvas");
    this.turn = 32; // degrees about the upright axis
    this.tilt = 32; // degrees from which one looks down
    this.newest = 0; // message
    this.painted = 0; // the one whose picture is shown
    this.listen();
  }

  listen() {
    this.field.addEventListener("pointerdown", (event) => {
      this.field.setPointerCapture(event.pointerId);
      this.held = [event.clientX, event.clientY];
    });
    this.field.addEventListener("pointermove", (event) => {
      if (!this.held || !event.buttons) return;
      const [x, y] = this.held;
      this.held = [event.clientX, event.clientY];
      this.move(0.5 * (x - event.clientX), 0.5 * (event.clientY - y));
    });
    this.field.addEventListener("keydown", (event) => {
      const steps = {
        ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP],
      };
      const step = steps[event.key];
      if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.move(...step);
    });
    this.watcher = new ResizeObserver(() => this.faces && this.draw());
    this.watcher.observe(this.field);
  }

  move(turn, tilt) {
    this.turn = (this.turn + turn + 360) % 360;
    this.tilt = Math.min(Math.max(this.tilt + tilt, LOWEST), HIGHEST);
    if (this.faces) this.draw();
  }

  async update(component) {
    const { header, parts } = unpack(component.data);
    const mine = (this.newest += 1);
    const faces = await Promise.all(parts.map((bytes) => createImageBitmap(new Blob([bytes]))));
    if (mine < this.painted) return;
    this.painted = mine;
    this.header = header;
    this.faces = faces;
    this.field.setAttribute("aria-label", `${header.label}. ${header.keys}`);
    this.hint.textContent = header.keys;
    this.draw();
  }

  // Where a point of the cube lies on the page. x: columns, z: rows, y: up, the middle is 0.
  project([x, y, z]) {
    const [turn, tilt] = [this.turn, this.tilt].map((degrees) => (degrees * Math.PI) / 180);
    const across = x * Math.cos(turn) - z * Math.sin(turn);
    const away = x * Math.sin(turn) + z * Math.cos(turn);
    return [across, away * Math.sin(tilt) - y * Math.cos(tilt)];
  }

  draw() {
    const { rows, columns, size, shows } = this.header;
    const width = this.field.clientWidth;
    if (!width) return;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(size * ratio);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${size}px`;
    this.pen = this.canvas.getContext("2d");
    // As deep as the mean of its sides, however many bands it has.
    const [x, z] = [columns / 2, rows / 2];
    const y = (rows + columns) / 4;
    // So large that no turn leads out of the picture.
    const reach = Math.hypot(x, z);
    const tall = Math.hypot(reach, y);
    const scale = Math.min((width - 8) / (2 * reach), (size - 8) / (2 * tall)) * ratio;
    this.middle = { scale, left: this.canvas.width / 2, top: this.canvas.height / 2 };
    const [top, firstRow, lastRow, firstColumn, lastColumn] = this.faces;
    const turn = (this.turn * Math.PI) / 180;
    // A side is seen where it points to the eye.
    if (Math.cos(turn) > 0) this.face(lastRow, [-x, y, z], [x, y, z], [-x, -y, z], 0.9);
    else this.face(firstRow, [-x, y, -z], [x, y, -z], [-x, -y, -z], 0.9);
    if (Math.sin(turn) > 0) this.face(lastColumn, [x, y, -z], [x, y, z], [x, -y, -z], 0.75);
    else this.face(firstColumn, [-x, y, -z], [-x, y, z], [-x, -y, -z], 0.75);
    this.face(top, [-x, y, -z], [x, y, -z], [-x, y, z], 1);
    this.canvas.dataset.shows = `${shows} ${Math.round(this.turn)} ${Math.round(this.tilt)}`;
  }

  // A picture whose first pixel lies at `from`, its rows towards `right`, its columns to `down`.
  face(picture, from, right, down, light) {
    const { pen } = this;
    const { scale, left, top } = this.middle;
    const at = (point) => this.project(point).map((value, i) => value * scale + [left, top][i]);
    const [origin, across, below] = [from, right, down].map(at);
    pen.setTransform(
      (across[0] - origin[0]) / picture.width, (across[1] - origin[1]) / picture.width,
      (below[0] - origin[0]) / picture.height, (below[1] - origin[1]) / picture.height,
      origin[0], origin[1],
    );
    pen.imageSmoothingEnabled = true;
    pen.drawImage(picture, 0, 0);
    pen.globalAlpha = 1 - light;
    pen.fillStyle = "black";
    pen.fillRect(0, 0, picture.width, picture.height);
    pen.globalAlpha = 1;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    const corner = [across[0] + below[0] - origin[0], across[1] + below[1] - origin[1]];
    pen.beginPath();
    for (const point of [origin, across, corner, below]) pen.lineTo(...point);
    pen.closePath();
    pen.strokeStyle = getComputedStyle(this.canvas).color;
    pen.lineWidth = 1.5;
    pen.stroke();
  }

  close() {
    this.watcher.disconnect();
  }
}
