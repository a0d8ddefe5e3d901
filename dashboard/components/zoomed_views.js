// Views of one picture side by side: one zoom, one pixel under the pointer.

const KEYS_OF_ZOOM = { "+": ZOOM_STEP, "=": ZOOM_STEP, "-": 1 / ZOOM_STEP, 0: 0 };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const ZOOM = `
  <div class="zoom" role="group">
    <button data-by="-">−</button><output></output><button data-by="+">+</button>
  </div>`;
const SCALE = `
  <span class="scale"><span></span><span class="low"></span><i></i><span class="high"></span></span>`;

// What is built on it has the views' shape, [rows, columns], lays them out (layOut), draws them
// (draw), and says what is under them (rest).
class ZoomedViews {
  constructor(root, markup, watched = ".board") {
    this.box = root.querySelector(".board");
    this.box.innerHTML = markup;
    this.window = new Window();
    this.find(".scale i").style.background = gradient("diverging");
    this.watcher = new ResizeObserver(() => this.layOut());
    this.watcher.observe(root.querySelector(watched));
    this.find(".zoom").addEventListener("click", ({ target }) => {
      if (target.dataset.by) this.zoomBy(KEYS_OF_ZOOM[target.dataset.by]);
    });
    this.find(".zoom").addEventListener("keydown", (event) => this.pan(event));
    this.box.addEventListener("keydown", (event) => {
      const factor = KEYS_OF_ZOOM[event.key];
      if (factor !== undefined && !event.ctrlKey && !event.metaKey) this.zoomBy(factor);
    });
  }

  find(selector) {
    return this.box.querySelector(selector);
  }

  // canvasOf: the view that an event in the element is about, or null.
  listenTo(element, canvasOf) {
    const listen = (name, act, options) => element.addEventListener(name, (event) => {
      const canvas = canvasOf(event);
      if (canvas) act(canvas, event);
    }, options);
    listen("pointerdown", (canvas, event) => {
      canvas.setPointerCapture(event.pointerId);
      this.press(canvas, event);
    });
    listen("dblclick", (canvas, event) => {
      this.zoomBy(this.window.zoom > 1 ? 0 : 4, this.shareAt(canvas, event));
    });
    listen("wheel", (canvas, event) => {
      if (!event.ctrlKey) return; // the page scrolls
      event.preventDefault();
      this.zoomBy(event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP, this.shareAt(canvas, event));
    }, { passive: false });
    element.addEventListener("pointermove", (event) => {
      const canvas = canvasOf(event);
      if (canvas && event.buttons && this.held) this.pull(canvas, event);
      else this.hover(canvas && this.pixelAt(canvas, event));
    });
    element.addEventListener("pointerup", () => { this.held = null; });
    element.addEventListener("pointerleave", () => this.hover(null));
  }

  nameZoom(words) {
    this.find(".zoom").setAttribute("aria-label", words.zoom);
    this.find(".zoom").title = words.zoomKeys;
    this.find("[data-by='-']").setAttribute("aria-label", words.smaller);
    this.find("[data-by='+']").setAttribute("aria-label", words.larger);
  }

  nameScale(words, limit, channels) {
    this.find(".scale").classList.toggle("colour", channels > 1);
    this.find(".scale span").textContent = words.scale;
    this.find(".low").textContent = `\u2212${limit}`;
    this.find(".high").textContent = `+${limit}`;
  }

  showZoom() {
    this.find(".zoom output").textContent = `${Number(this.window.zoom.toFixed(1))}\u202f×`;
    this.box.classList.toggle("near", this.window.zoom > 1);
  }

  // factor 0: all of it.
  zoomBy(factor, place) {
    if (factor) this.window.scale(factor, place);
    else this.window = new Window();
    this.draw();
  }

  pan(event) {
    const step = ARROWS[event.key];
    if (!step) return;
    event.preventDefault();
    this.window.move(...step.map((at) => (at * 0.1) / this.window.zoom));
    this.draw();
  }

  press(_canvas, event) {
    this.held = [event.clientX, event.clientY];
  }

  pull(canvas, event) {
    const [x, y] = this.held;
    this.held = [event.clientX, event.clientY];
    const { zoom } = this.window;
    this.window.move((x - event.clientX) / canvas.clientWidth / zoom,
      (y - event.clientY) / canvas.clientHeight / zoom);
    this.hover(null);
    this.draw();
  }

  // In shares of the canvas.
  placeIn(canvas, event) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [(event.clientX - left) / width, (event.clientY - top) / height];
  }

  // In shares of the picture.
  shareAt(canvas, event) {
    const [rows, columns] = this.shape;
    const [x, y] = this.placeIn(canvas, event);
    const [left, top, wide, tall] = this.window.part(columns, rows);
    return [(left + x * wide) / columns, (top + y * tall) / rows];
  }

  // [row, column] under the pointer.
  pixelAt(canvas, event) {
    if (!this.shape) return null;
    const [rows, columns] = this.shape;
    const [x, y] = this.shareAt(canvas, event);
    const inside = x >= 0 && x < 1 && y >= 0 && y < 1;
    return inside ? [Math.floor(y * rows), Math.floor(x * columns)] : null;
  }

  hover(pixel) {
    if (this.pixel?.join() === pixel?.join()) return;
    this.pixel = pixel;
    this.rest();
    this.draw();
  }

  say(text) {
    const line = this.find(".readout");
    if (line.textContent !== text) line.textContent = text;
  }

  close() {
    this.watcher.disconnect();
  }
}
