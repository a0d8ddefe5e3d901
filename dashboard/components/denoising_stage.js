// The views side by side: one zoom, one wipe, one pixel under the pointer.

const ROOM = 372; // CSS pixels of a page that the small views, two above one another, leave
const LEAST = 120; // CSS pixels of a small view
const SMALL = ["noisy", "predicted", "denoised", "noise", "error"];
const BOARD = `
  <div class="top">
    <div class="hand"></div>
    <table class="numbers"><tbody>
      <tr><th></th><td></td><td></td></tr><tr><th></th><td></td><td></td></tr>
    </tbody></table>${ZOOM}
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
    <p class="readout" role="status"></p>${SCALE}
  </div>`;

function figureOf(view) {
  return `<figure data-view="${view}"><figcaption></figcaption>
    <div class="field"><canvas role="img"></canvas></div></figure>`;
}

class DenoisingViews extends ZoomedViews {
  constructor(root) {
    super(root, BOARD, ".grid");
    this.edge = 0.5;
    this.wipe = new Tile(this.find(".wipe canvas"), "denoised");
    this.box.tellRows = () => (this.painted ? [this.painted.levels()] : []); // to whoever saves it
    this.tiles = SMALL.map((view) => new Tile(this.find(`[data-view=${view}] canvas`), view));
    for (const { canvas } of [this.wipe, ...this.tiles]) {
      this.listenTo(canvas.parentElement, () => canvas);
    }
    this.find(".edge").addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -0.02, ArrowRight: 0.02, Home: -1, End: 1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      this.setEdge(this.edge + step);
    });
  }

  get shape() {
    return this.painted && [this.painted.rows, this.painted.columns];
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
    this.nameZoom(words);
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
    this.nameScale(words, limit, channels);
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
    this.showZoom();
  }

  setEdge(share) {
    this.edge = Math.min(Math.max(share, 0), 1);
    this.draw();
  }

  press(canvas, event) {
    super.press(canvas, event);
    if (canvas === this.wipe.canvas) this.pull(canvas, event);
  }

  pull(canvas, event) {
    if (canvas === this.wipe.canvas) this.setEdge(this.placeIn(canvas, event)[0]);
    else super.pull(canvas, event);
  }

  // The line under the views: the pixel under the pointer, or what is seen at all.
  rest() {
    const { words, whole } = this.header;
    this.say(this.pixel ? this.pixelSentence(this.pixel) : whole ? words.hint : words.loupe);
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
}

// A whole grey level: "12", "−3", "+4"; "?" where it is not known.
function level(value, sign = "") {
  if (Number.isNaN(value)) return "?";
  const whole = Math.round(value);
  return (whole < 0 ? "\u2212" : whole > 0 ? sign : "") + Math.abs(whole);
}
