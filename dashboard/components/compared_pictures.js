// Pictures in the columns of a table, all showing the same part of themselves.

const ROOM_BESIDE = 250; // CSS pixels of a page's height that two rows of pictures leave
const TITLE = 27; // and what a title over a row takes
const LEAST_SIDE = 96; // CSS pixels of a picture
const COMPARED = `
  <div class="above">${ZOOM}${SCALE}</div>
  <table class="compared"></table>
  <div class="line"><p class="readout" role="status"></p></div>`;

// Bytes as a picture; signed ones are places in the colours of signed numbers. What lies beyond the
// box stays clear.
function painted(bytes, { shape: [rows, columns], channels }, { signed, box }) {
  const picture = new ImageData(columns, rows);
  const out = new Uint32Array(picture.data.buffer);
  const [top, left, bottom, right] = box;
  let i = 0;
  for (let row = top; row < bottom; row += 1) {
    for (let column = left; column < right; column += 1, i += channels) {
      const [red, green, blue] = channels === 1 ? [bytes[i], bytes[i], bytes[i]]
        : bytes.subarray(i, i + 3);
      out[row * columns + column] = signed && channels === 1 ? PIXELS.diverging[red]
        : (255 << 24) | (blue << 16) | (green << 8) | red;
    }
  }
  return picture;
}

class ComparedPictures extends ZoomedViews {
  constructor(root) {
    super(root, COMPARED);
    const canvasOf = ({ target }) => (target.tagName === "CANVAS" ? target : null);
    this.listenTo(this.find("table"), canvasOf);
    this.box.tellRows = () => (this.views ? [this.levels()] : []); // to whoever saves it
  }

  get shape() {
    return this.header?.shape;
  }

  update(component) {
    const { header, parts } = unpack(component.data);
    this.header = header;
    this.views = header.lines.flatMap(({ views }) => views);
    for (const view of this.views) view.bytes = view.there ? parts.shift() : null;
    this.build();
    this.layOut();
  }

  // The table anew: its size changes with what is there.
  build() {
    const { heads, numbers, lines, words, label, limit, shows, whole } = this.header;
    const table = this.find("table");
    table.setAttribute("aria-label", label);
    const cell = (tag, text, scope) => {
      const made = document.createElement(tag);
      made.textContent = text;
      if (scope) made.scope = scope;
      return made;
    };
    const row = (...cells) => {
      const made = document.createElement("tr");
      made.append(...cells);
      return made;
    };
    const figures = numbers.map(({ name, texts, best }) => row(
      cell("th", name, "row"),
      ...texts.map((text, at) => {
        const made = cell("td", text);
        made.classList.toggle("best", best.includes(at));
        return made;
      }),
    ));
    const pictures = lines.flatMap(({ title, views }) => {
      if (!title) return [row(...views.map((view) => this.pictureCell(view, view.title)))];
      const head = cell("th", title, "rowgroup");
      head.colSpan = views.length - 1;
      const drawn = views.map((view) => this.pictureCell(view));
      return [row(cell("td", views[0].title), head), row(...drawn)];
    });
    const titles = heads.map((text) => (text ? cell("th", text, "col") : cell("td", "")));
    table.replaceChildren(row(...titles), ...figures, ...pictures);
    table.dataset.shows = shows;
    table.classList.toggle("part", !whole);
    const canvases = [...table.querySelectorAll("canvas")];
    this.tiles = this.views.map((view, at) => this.tile(canvases[at], view));
    this.nameZoom(words);
    this.nameScale(words, limit, this.header.channels);
    this.rest();
  }

  pictureCell({ said }, title) {
    const made = document.createElement("td");
    if (title) made.appendChild(document.createElement("span")).textContent = title;
    const canvas = made.appendChild(document.createElement("canvas"));
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", said);
    return made;
  }

  // A picture of which only a part is known has the first one, which it is made of, behind it.
  tile(canvas, view) {
    const [rows, columns] = this.header.shape;
    const whole = [0, 0, rows, columns];
    const boxed = !view.signed && view.box.join() !== whole.join();
    const tile = new Tile(canvas, boxed ? "denoised" : "shown");
    tile.there = view.there;
    if (!view.there) return tile;
    const picture = (name) => painted(...(name === "noisy"
      ? [this.views[0].bytes, this.header, { box: whole }] : [view.bytes, this.header, view]));
    tile.take({ rows, columns, picture }, boxed ? ["noisy", "denoised"] : ["shown"]);
    return tile;
  }

  layOut() {
    const width = this.box.clientWidth;
    if (!width || !this.header) return;
    const ratio = window.devicePixelRatio || 1;
    const [rows, columns] = this.header.shape;
    const { heads, lines } = this.header;
    const count = heads.length;
    const room = (width - 12 * (count - 1)) / count;
    const titled = lines.filter(({ title }) => title).length;
    const tall = (window.innerHeight - ROOM_BESIDE - TITLE * titled) / lines.length;
    const side = Math.floor(Math.min(room, Math.max(tall, LEAST_SIDE)));
    for (const tile of this.tiles) tile.fit(side, rows, columns, ratio);
    this.ratio = ratio;
    this.draw();
  }

  draw() {
    const [rows, columns] = this.header.shape;
    const seen = this.window.part(columns, rows);
    const { pixel, ratio } = this;
    for (const tile of this.tiles) if (tile.there) tile.draw(seen, { pixel, ratio });
    this.showZoom();
  }

  // The line under the pictures: the pixel under the pointer, or what is seen at all.
  rest() {
    this.say(this.pixel ? this.pixelSentence(this.pixel) : this.header.words.hint);
  }

  // The pictures whose grey levels are told: [number, name].
  get told() {
    return this.header.told.filter(([at]) => this.views[at].there);
  }

  // A pixel's grey levels in a view, of each channel; null where they are not known.
  valuesAt(view, [row, column]) {
    const { bytes, box: [top, left, bottom, right] } = this.views[view];
    if (row < top || row >= bottom || column < left || column >= right) return null;
    const { channels } = this.header;
    const at = ((row - top) * (right - left) + column - left) * channels;
    return [...bytes.subarray(at, at + channels)];
  }

  pixelSentence(pixel) {
    const { words } = this.header;
    const values = this.told.map(([view, name]) =>
      `${name} ${this.valuesAt(view, pixel)?.join("/") ?? "?"}`);
    const [row, column] = pixel;
    return fill(words.pixel, { row, column, values: values.join(words.comma) });
  }

  levels() {
    const { told, header: { channels, shape: [height, width] } } = this;
    const channel = channels > 1 ? ["channel"] : [];
    const rows = [["row", "column", ...channel, ...told.map(([, name]) => name)]];
    for (let i = 0; i < height * width; i += 1) {
      const pixel = [Math.floor(i / width), i % width];
      const levels = told.map(([view]) => this.valuesAt(view, pixel));
      for (let at = 0; at < channels; at += 1) {
        const values = levels.map((known) => known?.[at] ?? null);
        rows.push([...pixel, ...channel.map(() => at), ...values]);
      }
    }
    return rows;
  }
}
