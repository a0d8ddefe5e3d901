// The views side by side: one zoom, one wipe, one pixel under the pointer.

const ROOM = 372; // CSS pixels of a page that the small views, two above one another, leave
const LEAST = 120; // CSS pixels of a small view
const SMALL = ["noisy", "predicted", "denoised", "noise", "error"];
const KEYS_OF_ZOOM = { "+": ZOOM_STEP, "=": ZOOM_STEP, "-": 1 / ZOOM_STEP, 0: 0 };
const BOARD = `
  <div class="top">
    <div class="hand"></div>
    <table class="numbers"><tbody>
      <tr><th></th><td></td><td></td></tr><tr><th></th><td></td><td></td></tr>
    </tbody></table>
    <div class="zoom" role="group">
      <button data-by="-">−</button><output></output><button data-by="+">+</button>
    </div>
  </div>
  <div class="grid">
    <figure class="wipe">
      <figcaption></figcaption>
      <div class="field"><canvas aria-hidden="true"></canvas>
        <div class="edge" role="slider" tabindex="0" aria-valuemin="0" aria-valuemax="100"></div>
      </div>
    </figure>
    ${SMALL.slice(0, 3).map(figureOf).join("")}
    <figure class="crop">
      <figcaption></figcaption>
      <div class="field" tabindex="0" role="application"><canvas aria-hidden="true"></canvas>
        <div class="frame"></div></div>
    </figure>
    ${SMALL.slice(3).map(figureOf).join("")}
  </div>
  <div class="line">
    <p class="readout" role="status"></p>
    <span class="scale">
      <span></span><span class="low"></span><i></i><span class="high"></span></span>
  </div>`;

function figureOf(view) {
  return `<figure data-view="${view}"><figcaption></figcaption>
    <div class="field"><canvas role="img"></canvas></div></figure>`;
}

class DenoisingViews {
  constructor(root) {
    this.box = root.querySelector(".board");
    this.box.innerHTML = BOARD;
    this.window = new Window();
    this.edge = 0.5;
    this.wipe = new Tile(this.find(".wipe canvas"), "denoised");
    this.tiles = SMALL.map((view) => new Tile(this.find(`[data-view=${view}] canvas`), view));
    this.find(".scale i").style.background = gradient("diverging");
    this.listen();
  }

  find(selector) {
    return this.box.querySelector(selector);
  }

  listen() {
    this.watcher = new ResizeObserver(() => this.layOut());
    this.watcher.observe(this.find(".grid"));
    for (const tile of [this.wipe, ...this.tiles]) this.listenTo(tile);
    this.find(".edge").addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -0.02, ArrowRight: 0.02, Home: -1, End: 1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      this.setEdge(this.edge + step);
    });
    this.find(".zoom").addEventListener("click", ({ target }) => {
      if (target.dataset.by) this.zoomBy(KEYS_OF_ZOOM[target.dataset.by]);
    });
    this.find(".zoom").addEventListener("keydown", (event) => this.pan(event));
    this.box.addEventListener("keydown", (event) => {
      const factor = KEYS_OF_ZOOM[event.key];
      if (factor !== undefined && !event.ctrlKey && !event.metaKey) this.zoomBy(factor);
    });
  }

  listenTo(tile) {
    const field = tile.canvas.parentElement;
    const wipes = tile === this.wipe;
    field.addEventListener("pointerdown", (event) => {
      field.setPointerCapture(event.pointerId);
      this.held = [event.clientX, event.clientY];
      if (wipes) this.setEdge(this.placeIn(tile, event)[0]);
    });
    field.addEventListener("pointermove", (event) => {
      if (event.buttons && wipes) this.setEdge(this.placeIn(tile, event)[0]);
      else if (event.buttons && this.held) this.drag(tile, event);
      else this.hover(this.pixelAt(tile, event));
    });
    field.addEventListener("pointerleave", () => this.hover(null));
    field.addEventListener("dblclick", (event) => {
      this.zoomBy(this.window.zoom > 1 ? 0 : 4, this.shareAt(tile, event));
    });
    field.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return; // the page scrolls
      event.preventDefault();
      this.zoomBy(event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP, this.shareAt(tile, event));
    }, { passive: false });
  }

  // What a message brings: the tiles' pictures are made of it.
  take(crop) {
    this.painted = crop;
    this.wipe.take(crop, ["noisy", "denoised"]);
    for (const tile of this.tiles) {
      tile.take(crop, tile.view === "denoised" ? ["noisy", "denoised"] : [tile.view]);
    }
    this.tell();
    this.draw();
  }

  label() {
    const { words, titles } = this.header;
    for (const [view, title] of Object.entries(titles)) {
      const figure = this.find(`[data-view=${view}]`) ?? this.find(`.${view}`);
      figure.querySelector("figcaption").textContent = title;
      figure.querySelector("[role=img]")?.setAttribute("aria-label", title);
    }
    this.find(".edge").setAttribute("aria-label", words.edge);
    this.find(".zoom").setAttribute("aria-label", words.zoom);
    this.find(".zoom").title = words.zoomKeys;
    this.find("[data-by='-']").setAttribute("aria-label", words.smaller);
    this.find("[data-by='+']").setAttribute("aria-label", words.larger);
  }

  tell() {
    const { words } = this.header;
    const { now, limit, whole, channels, sigma, name } = this.painted;
    this.box.querySelectorAll(".numbers tr").forEach((row, i) => {
      const [psnr, ssim] = now.slice(2 * i, 2 * i + 2);
      const decibels = psnr === null ? "∞" : psnr.toFixed(2).replace("-", "\u2212");
      const texts = [words.rows[i], `PSNR ${decibels}\u202fdB`, `SSIM ${ssim.toFixed(3)}`];
      [...row.cells].forEach((cell, column) => { cell.textContent = texts[column]; });
    });
    this.find(".numbers").classList.toggle("part", !whole);
    this.find(".scale").classList.toggle("colour", channels > 1);
    this.find(".scale span").textContent = words.scale;
    this.find(".low").textContent = `\u2212${limit}`;
    this.find(".high").textContent = `+${limit}`;
    this.wipe.canvas.dataset.shows = `${sigma} ${whole ? "whole" : "loupe"} ${name}`;
    this.rest();
  }

  layOut() {
    const width = this.find(".grid").clientWidth;
    if (!width || !this.crop) return;
    const ratio = window.devicePixelRatio || 1;
    const tall = Math.max((window.innerHeight - ROOM) / 2, LEAST);
    const small = Math.floor(Math.min((width - 64) / 5, tall));
    const { rows, columns } = this.crop;
    const large = 2 * small + 34;
    this.box.style.setProperty("--small", `${small}px`);
    this.box.style.setProperty("--large", `${large}px`);
    this.wipe.fit(large, rows, columns, ratio);
    for (const tile of this.tiles) tile.fit(small, rows, columns, ratio);
    this.small = small;
    this.ratio = ratio;
    this.draw();
  }

  draw() {
    if (!this.painted) return;
    const { columns, rows } = this.painted;
    const seen = this.window.part(columns, rows);
    const { pixel, ratio } = this;
    this.wipe.draw(seen, { edge: this.edge, pixel, ratio });
    for (const tile of this.tiles) tile.draw(seen, { pixel, ratio });
    const edge = this.find(".edge");
    edge.style.left = `${this.edge * this.wipe.canvas.clientWidth}px`;
    edge.style.height = `${this.wipe.canvas.clientHeight}px`;
    edge.setAttribute("aria-valuenow", Math.round(100 * this.edge));
    this.find(".zoom output").textContent = `${Number(this.window.zoom.toFixed(1))}\u202f×`;
    this.box.classList.toggle("near", this.window.zoom > 1);
  }

  setEdge(share) {
    this.edge = Math.min(Math.max(share, 0), 1);
    this.draw();
  }

  // factor 0: all of it.
  zoomBy(factor, place) {
    if (factor) this.window.scale(factor, place);
    else this.window = new Window();
    this.draw();
  }

  pan(event) {
    const step = CROP_STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const [down, across] = step.map((at) => (at * 0.1) / this.window.zoom);
    this.window.move(across, down);
    this.draw();
  }

  drag(tile, event) {
    const [x, y] = this.held;
    this.held = [event.clientX, event.clientY];
    const { clientWidth, clientHeight } = tile.canvas;
    const { zoom } = this.window;
    this.window.move((x - event.clientX) / clientWidth / zoom,
      (y - event.clientY) / clientHeight / zoom);
    this.hover(null);
    this.draw();
  }

  // In shares of the canvas.
  placeIn(tile, event) {
    const { left, top, width, height } = tile.canvas.getBoundingClientRect();
    return [(event.clientX - left) / width, (event.clientY - top) / height];
  }

  // In shares of the crop.
  shareAt(tile, event) {
    const { columns, rows } = this.painted;
    const [x, y] = this.placeIn(tile, event);
    const [left, top, wide, tall] = this.window.part(columns, rows);
    return [(left + x * wide) / columns, (top + y * tall) / rows];
  }

  // [row, column] under the pointer.
  pixelAt(tile, event) {
    if (!this.painted) return null;
    const [x, y] = this.shareAt(tile, event);
    const { columns, rows } = this.painted;
    const [row, column] = [Math.floor(y * rows), Math.floor(x * columns)];
    const inside = row >= 0 && row < rows && column >= 0 && column < columns;
    return inside ? [row, column] : null;
  }

  hover(pixel) {
    if (this.pixel?.join() === pixel?.join()) return;
    this.pixel = pixel;
    this.rest();
    this.draw();
  }

  // The line under the views: the pixel under the pointer, or what is seen at all.
  rest() {
    const { words, whole } = this.header;
    const said = this.pixel ? this.pixelSentence(this.pixel) : whole ? words.hint : words.loupe;
    const line = this.find(".readout");
    if (line.textContent !== said) line.textContent = said;
  }

  pixelSentence([row, column]) {
    const { painted: crop } = this;
    const at = (row * crop.columns + column) * crop.channels;
    const channels = Array.from({ length: crop.channels }, (_, channel) => at + channel);
    const all = (view, sign) => channels.map((i) => level(crop.value(view, i), sign)).join("/");
    return fill(this.header.words.pixel, {
      row, column, clean: channels.map((i) => crop.clean[i]).join("/"), noisy: all("noisy"),
      denoised: all("denoised"), noise: all("noise", "+"), error: all("error", "+"),
      predicted: all("predicted", "+"),
    });
  }

  close() {
    this.watcher.disconnect();
  }
}

// A whole grey level: "12", "−3", "+4"; "?" where it is not known.
function level(value, sign = "") {
  if (Number.isNaN(value)) return "?";
  const whole = Math.round(value);
  return (whole < 0 ? "\u2212" : whole > 0 ? sign : "") + Math.abs(whole);
}
