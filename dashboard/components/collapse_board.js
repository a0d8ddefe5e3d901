// Points of a plane, the channels that they go through, what comes back, and the error: all of it
// moves with one slider, without the server: the browser has what comes back for every position.

const JOURNEYS_KEPT = 6;
const FARTHEST = 32_767; // of a place, as collapse_board.py sends it
const DOT = 3.2; // CSS pixels
const GHOST = 1.2; // of a point's own place behind what came back
const sets = new Map(); // name -> what the pictures of all positions are made of

// A place in its unit; null where it was cut off, far beyond the picture.
function written(place, unit) {
  return Math.abs(place) < FARTHEST ? Number((place * unit).toPrecision(4)) : null;
}

class CollapseBoard {
  constructor(root) {
    this.box = root.querySelector(".board");
    this.box.innerHTML = `
      <div class="hand"></div>
      <div class="views">
        ${["sent", "channels", "back"].map((name) => `
          <figure data-view="${name}"><figcaption></figcaption>
            <canvas role="img"></canvas><p></p></figure>`).join("")}
        <div class="plot"></div>
      </div>
      <p class="told" role="status"></p>`;
    this.told = this.box.querySelector(".told");
    this.slider = new ScrubbingSlider(this.inner(".hand", SLIDER_STYLE, "slider"));
    this.plot = new LinePlot(this.inner(".plot", PLOT_STYLE, "maps"));
    this.slider.follow = (at) => this.show(at);
    this.slider.have = () => (sets.has(this.header.name) ? this.header.name : "");
    this.watcher = new ResizeObserver(() => this.shown !== undefined && this.show(this.shown));
    this.watcher.observe(this.box);
    this.box.tellRows = () => [this.points(), this.plot]; // to whoever saves it
  }

  // Slider and plot have roots of their own, so that their styles do not meet.
  inner(place, style, name) {
    const root = this.box.querySelector(place).attachShadow({ mode: "open" });
    root.innerHTML = `<style>${style}</style><div class="${name}"></div>`;
    return root;
  }

  update(component) {
    const { header, parts } = unpack(component.data);
    this.header = header;
    if (parts.length > 2) this.take(header, parts.slice(2));
    this.set = sets.get(header.name);
    this.plot.update({ data: parts[1] });
    // Each slider has a state of its own name in the board's.
    const setStateValue = (_, value) => component.setStateValue(header.slider, value);
    this.slider.update({ data: parts[0], setStateValue });
    if (!this.set && this.slider.courier.settled) this.slider.courier.offer(); // what it lacks
  }

  // parts: places, colours, the channels' pixels, what came back for each position.
  take(header, [places, colours, channels, returned]) {
    const shorts = (bytes) => new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
    const count = header.points;
    const rows = new OffscreenCanvas(count, channels.length / 4 / count);
    const pixels = new ImageData(new Uint8ClampedArray(channels), count, rows.height);
    rows.getContext("2d").putImageData(pixels, 0, 0);
    const styles = Array.from({ length: count }, (_, i) => {
      const [red, green, blue] = colours.subarray(3 * i, 3 * i + 3);
      return `rgb(${red} ${green} ${blue})`;
    });
    sets.delete(header.name);
    sets.set(header.name, { places: shorts(places), returned: shorts(returned), rows, styles });
    if (sets.size > JOURNEYS_KEPT) sets.delete(sets.keys().next().value); // the oldest
  }

  show(at) {
    if (!this.set) return;
    this.shown = at;
    const { texts, told, first } = this.header;
    const count = first + at;
    const [sent, channels, back] = this.box.querySelectorAll("figure");
    const size = 2 * this.set.places.length;
    const returned = this.set.returned.subarray((at * size) / 2, ((at + 1) * size) / 2);
    this.drawSent(sent);
    this.drawChannels(channels, count);
    this.drawPoints(back, returned, true);
    for (const [figure, { title, note, label }] of [sent, channels, back].map((f, i) => [f, texts[i]])) {
      figure.querySelector("figcaption").textContent = fill(title, { n: count });
      figure.querySelector("p").textContent = note;
      figure.querySelector("canvas").setAttribute("aria-label", fill(label, { n: count }));
    }
    back.querySelector("canvas").dataset.shows = String(count);
    this.told.textContent = told[at];
    this.plot.header.markers = [[count, String(count), ""]];
    this.plot.header.shows = String(count);
    this.plot.draw();
  }

  // In what is 1 for the points' root mean square distance.
  points() {
    if (!this.set) return [];
    const { places, returned } = this.set;
    const unit = this.header.half / this.header.one;
    const rows = [["point", "x", "y", "x back", "y back"]];
    for (let i = 0; i < places.length; i += 2) {
      const back = returned.subarray(this.shown * places.length + i).subarray(0, 2);
      const all = [...places.subarray(i, i + 2), ...back];
      rows.push([i / 2, ...all.map((place) => written(place, unit))]);
    }
    return rows;
  }

  pen(figure) {
    const canvas = figure.querySelector("canvas");
    const side = figure.clientWidth;
    const ratio = window.devicePixelRatio || 1;
    const pixels = Math.round(side * ratio);
    if (canvas.width !== pixels) [canvas.width, canvas.height] = [pixels, pixels];
    canvas.style.height = `${side}px`;
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, side, side);
    return { pen, side, ink: getComputedStyle(canvas).color };
  }

  // It does not move with the slider: drawn again only where something else is to be seen.
  drawSent(figure) {
    const canvas = figure.querySelector("canvas");
    const seen = [this.header.name, figure.clientWidth, getComputedStyle(canvas).color].join();
    if (canvas.dataset.seen === seen) return;
    canvas.dataset.seen = seen;
    this.drawPoints(figure, this.set.places, false);
  }

  // Places are parts of the picture's half side, from its middle, upwards.
  drawPoints(figure, places, ghosts) {
    const { pen, side, ink } = this.pen(figure);
    const [half, step] = [side / 2, side / 2 / this.header.one];
    const { styles } = this.set;
    const all = (values, size) => {
      pen.beginPath();
      for (let i = 0; i < styles.length; i += 1) {
        const [x, y] = [half + values[2 * i] * step, half - values[2 * i + 1] * step];
        pen.moveTo(x + size, y);
        pen.arc(x, y, size, 0, 2 * Math.PI);
      }
      pen.fill();
    };
    pen.fillStyle = `color-mix(in srgb, ${ink} 35%, transparent)`;
    if (ghosts) all(this.set.places, GHOST);
    // An edge in the text's colour keeps pale dots apart from a pale page.
    pen.fillStyle = `color-mix(in srgb, ${ink} 55%, transparent)`;
    all(places, DOT + 0.7);
    for (let i = 0; i < styles.length; i += 1) {
      pen.fillStyle = styles[i];
      pen.beginPath();
      pen.arc(half + places[2 * i] * step, half - places[2 * i + 1] * step, DOT, 0, 2 * Math.PI);
      pen.fill();
    }
  }

  // A row for each channel, a column for each point; over them the points' own colours.
  drawChannels(figure, count) {
    const { pen, side } = this.pen(figure);
    const { rows, styles } = this.set;
    const strip = 10;
    const step = side / styles.length;
    styles.forEach((style, i) => {
      pen.fillStyle = style;
      pen.fillRect(i * step, 0, step + 0.5, strip);
    });
    pen.imageSmoothingEnabled = false;
    pen.drawImage(rows, 0, 0, rows.width, count, 0, strip + 3, side, side - strip - 3);
  }

  close() {
    this.watcher.disconnect();
    this.slider.close();
    this.plot.close();
  }
}
