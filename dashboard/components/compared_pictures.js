// Pictures in the columns of a table, all showing the same part of themselves.

const ROOM_BESIDE = 250; // CSS pixels of a page's height that two rows of pictures leave
const LEAST_SIDE = 96; // CSS pixels of a picture
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const KEYS_OF_ZOOM = { "+": ZOOM_STEP, "=": ZOOM_STEP, "-": 1 / ZOOM_STEP, 0: 0 };
const COMPARED = `
  <div class="above">
    <div class="zoom" role="group">
      <button data-by="-">−</button><output></output><button data-by="+">+</button>
    </div>
    <span class="scale"><span></span><span class="low"></span><i></i><span class="high"></span></span>
  </div>
  <table class="compared"></table>
  <div class="line"><p class="readout" role="status"></p></div>`;

// Bytes as a picture; signed ones are places in the colours of signed numbers.
function painted(bytes, { shape: [rows, columns], channels }, signed) {
  const picture = new ImageData(columns, rows);
  const out = new Uint32Array(picture.data.buffer);
  for (let pixel = 0, i = 0; pixel < out.length; pixel += 1, i += channels) {
    const [red, green, blue] = channels === 1 ? [bytes[i], bytes[i], bytes[i]]
      : bytes.subarray(i, i + 3);
    out[pixel] = signed && channels === 1 ? PIXELS.diverging[red]
      : (255 << 24) | (blue << 16) | (green << 8) | red;
  }
  return picture;
}

class ComparedPictures {
  constructor(root) {
    this.box = root.querySelector(".board");
    this.box.innerHTML = COMPARED;
    this.window = new Window();
    this.find(".scale i").style.background = gradient("diverging");
    this.watcher = new ResizeObserver(() => this.layOut());
    this.watcher.observe(this.box);
    this.find(".zoom").addEventListener("click", ({ target }) => {
      if (target.dataset.by) this.zoomBy(KEYS_OF_ZOOM[target.dataset.by]);
    });
    this.find(".zoom").addEventListener("keydown", (event) => this.pan(event));
    this.box.addEventListener("keydown", (event) => {
      const factor = KEYS_OF_ZOOM[event.key];
      if (factor !== undefined && !event.ctrlKey && !event.metaKey) this.zoomBy(factor);
    });
    this.listen(this.find("table"));
  }

  find(selector) {
    return this.box.querySelector(selector);
  }

  listen(table) {
    const canvasOf = ({ target }) => (target.tagName === "CANVAS" ? target : null);
    table.addEventListener("pointerdown", (event) => {
      const canvas = canvasOf(event);
      if (!canvas) return;
      canvas.setPointerCapture(event.pointerId);
      this.held = [event.clientX, event.clientY];
    });
    table.addEventListener("pointermove", (event) => {
      const canvas = canvasOf(event);
      if (canvas && event.buttons && this.held) this.drag(canvas, event);
      else this.hover(canvas && this.pixelAt(canvas, event));
    });
    table.addEventListener("pointerup", () => { this.held = null; });
    table.addEventListener("pointerleave", () => this.hover(null));
    table.addEventListener("dblclick", (event) => {
      const canvas = canvasOf(event);
      if (canvas) this.zoomBy(this.window.zoom > 1 ? 0 : 4, this.shareAt(canvas, event));
    });
    table.addEventListener("wheel", (event) => {
      const canvas = canvasOf(event);
      if (!canvas || !event.ctrlKey) return; // the page scrolls
      event.preventDefault();
      this.zoomBy(event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP, this.shareAt(canvas, event));
    }, { passive: false });
  }

  update(component) {
    const { header, parts } = unpack(component.data);
    this.header = header;
    const [clean, noisy, ...made] = parts;
    const pairs = header.columns.map(({ there }) => (there ? made.splice(0, 2) : []));
    this.bytes = [[clean, ...pairs.map(([picture]) => picture)],
      [noisy, ...pairs.map(([, difference]) => difference)]];
    this.build();
    this.layOut();
  }

  // The table anew: its size changes with what is there.
  build() {
    const { columns, rows, words, label, limit, shows } = this.header;
    const table = this.find("table");
    table.setAttribute("aria-label", label);
    const cell = (tag, text, scope) => {
      const made = document.createElement(tag);
      made.textContent = text;
      if (scope) made.scope = scope;
      return made;
    };
    const line = (...cells) => {
      const made = document.createElement("tr");
      made.append(...cells);
      return made;
    };
    const numbers = rows.map((row, i) => line(
      cell("th", row, "row"),
      ...columns.map((column) => {
        const text = column.there ? column.numbers[i] : i ? "" : words.atWork;
        const made = cell("td", text);
        made.classList.toggle("best", column.best.includes(i));
        return made;
      }),
    ));
    const pictures = this.bytes.map((row, i) => line(...row.map((_bytes, at) => {
      const made = cell("td", "");
      const name = i ? words.noisy : words.clean;
      if (!at) made.append(cell("span", name));
      const canvas = made.appendChild(document.createElement("canvas"));
      const said = i ? words.difference : words.picture;
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", at ? fill(said, columns[at - 1]) : name);
      return made;
    })));
    table.replaceChildren(
      line(cell("td", ""), ...columns.map(({ name }) => cell("th", name, "col"))),
      ...numbers, ...pictures,
    );
    table.dataset.shows = shows;
    this.tiles = pictures.map((row, i) => [...row.querySelectorAll("canvas")].map(
      (canvas, at) => this.tile(canvas, this.bytes[i][at], i > 0 && at > 0),
    ));
    this.find(".zoom").setAttribute("aria-label", words.zoom);
    this.find(".zoom").title = words.zoomKeys;
    this.find("[data-by='-']").setAttribute("aria-label", words.smaller);
    this.find("[data-by='+']").setAttribute("aria-label", words.larger);
    this.find(".scale span").textContent = words.scale;
    this.find(".scale").classList.toggle("colour", this.header.channels > 1);
    this.find(".low").textContent = `\u2212${limit}`;
    this.find(".high").textContent = `+${limit}`;
    this.rest();
  }

  tile(canvas, bytes, signed) {
    const [rows, columns] = this.header.shape;
    const tile = new Tile(canvas, "shown");
    tile.there = Boolean(bytes);
    const picture = () => painted(bytes, this.header, signed);
    if (bytes) tile.take({ rows, columns, picture }, [tile.view]);
    return tile;
  }

  layOut() {
    const width = this.box.clientWidth;
    if (!width || !this.header) return;
    const ratio = window.devicePixelRatio || 1;
    const [rows, columns] = this.header.shape;
    const count = this.header.columns.length + 1;
    const room = (width - 12 * (count - 1)) / count;
    const tall = Math.max((window.innerHeight - ROOM_BESIDE) / 2, LEAST_SIDE);
    const side = Math.floor(Math.min(room, tall));
    for (const tile of this.tiles.flat()) tile.fit(side, rows, columns, ratio);
    this.ratio = ratio;
    this.draw();
  }

  draw() {
    const [rows, columns] = this.header.shape;
    const seen = this.window.part(columns, rows);
    const { pixel, ratio } = this;
    for (const tile of this.tiles.flat()) if (tile.there) tile.draw(seen, { pixel, ratio });
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

  drag(canvas, event) {
    const [x, y] = this.held;
    this.held = [event.clientX, event.clientY];
    const { zoom } = this.window;
    this.window.move((x - event.clientX) / canvas.clientWidth / zoom,
      (y - event.clientY) / canvas.clientHeight / zoom);
    this.hover(null);
    this.draw();
  }

  // In shares of the picture.
  shareAt(canvas, event) {
    const [rows, columns] = this.header.shape;
    const box = canvas.getBoundingClientRect();
    const [left, top, wide, tall] = this.window.part(columns, rows);
    return [
      (left + ((event.clientX - box.left) / box.width) * wide) / columns,
      (top + ((event.clientY - box.top) / box.height) * tall) / rows,
    ];
  }

  // [row, column] under the pointer.
  pixelAt(canvas, event) {
    const [rows, columns] = this.header.shape;
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

  // The line under the pictures: the pixel under the pointer, or what is seen at all.
  rest() {
    const { words } = this.header;
    const said = this.pixel ? this.pixelSentence(this.pixel) : words.hint;
    const readout = this.find(".readout");
    if (readout.textContent !== said) readout.textContent = said;
  }

  pixelSentence([row, column]) {
    const { shape, channels, columns, words } = this.header;
    const at = (row * shape[1] + column) * channels;
    const names = [words.noisy, words.clean, ...columns.map(({ name }) => name)];
    const values = [this.bytes[1][0], ...this.bytes[0]].flatMap((bytes, i) => (
      bytes ? [`${names[i]} ${[...bytes.subarray(at, at + channels)].join("/")}`] : []
    ));
    return fill(words.pixel, { row, column, values: values.join(words.comma) });
  }

  close() {
    this.watcher.disconnect();
  }
}
