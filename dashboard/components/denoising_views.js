// A noisy crop, what the network takes for noise, and what is left: six views with one zoom.
// Grey levels come as whole quarters, noise of standard deviation 1 in parts of 1/4096.

const QUARTERS = 4;
const PARTS_OF_ONE = 4096;
const MOST_ZOOM = 16;
const ZOOM_STEP = 1.5;
const SIGNED = ["predicted", "noise", "error"]; // views in the colours of noise
const MARK = 9; // CSS pixels of the frame around the pixel under the pointer, at least

function shorts(bytes) {
  return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
}

async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Int16Array(await new Response(stream).arrayBuffer());
}

// The numbers of a crop: at one noise level, or at all of them.
class Crop {
  constructor(header, [clean, noise, ...errors]) {
    Object.assign(this, header);
    [this.rows, this.columns, this.channels] = header.shape;
    this.clean = clean;
    this.stored = shorts(noise);
    const size = clean.length;
    this.noisy = new Float32Array(size);
    this.error = new Float32Array(size);
    if (this.film) this.pictures = frameSet(this.film.name);
    else this.live = shorts(errors[0]);
  }

  // The arrays at a level of the film; whether they are there.
  at(position, sigma) {
    if (!this.film) return this.fromMessage();
    const errors = this.pictures.get(position);
    if (!errors) return false;
    for (let i = 0; i < this.clean.length; i += 1) {
      this.noisy[i] = this.clean[i] + (sigma * this.stored[i]) / PARTS_OF_ONE;
      this.error[i] = errors[i] / QUARTERS;
    }
    this.sigma = sigma;
    this.now = this.numbers[position];
    return true;
  }

  // Beyond the box nothing is known of the error.
  fromMessage() {
    const [top, left, bottom, right] = this.box;
    this.error.fill(NaN);
    for (let i = 0; i < this.clean.length; i += 1) this.noisy[i] = this.stored[i] / QUARTERS;
    const wide = (right - left) * this.channels;
    for (let row = top; row < bottom; row += 1) {
      const to = (row * this.columns + left) * this.channels;
      const from = (row - top) * wide;
      for (let i = 0; i < wide; i += 1) this.error[to + i] = this.live[from + i] / QUARTERS;
    }
    [this.now] = this.numbers;
    return true;
  }

  value(view, i) {
    const [clean, noisy, error] = [this.clean[i], this.noisy[i], this.error[i]];
    switch (view) {
      case "noisy": return noisy;
      case "denoised": return clean + error;
      case "predicted": return noisy - clean - error;
      case "noise": return noisy - clean;
      default: return error;
    }
  }

  // All views pixel by pixel, in grey levels; null where they are not known.
  levels() {
    const views = ["clean", "noisy", "denoised", ...SIGNED];
    const rows = [["row", "column", ...(this.channels > 1 ? ["channel"] : []), ...views]];
    for (let i = 0; i < this.clean.length; i += 1) {
      const pixel = Math.floor(i / this.channels);
      const place = [Math.floor(pixel / this.columns), pixel % this.columns];
      if (this.channels > 1) place.push(i % this.channels);
      const values = views.slice(1).map((view) => this.value(view, i));
      const known = values.map((value) => (Number.isNaN(value) ? null : Number(value.toFixed(2))));
      rows.push([...place, this.clean[i], ...known]);
    }
    return rows;
  }

  // What the colours of noise span.
  get limit() {
    return 3 * Math.max(this.sigma, 5);
  }

  // A view as pixels; what is not known stays clear.
  picture(view) {
    const picture = new ImageData(this.columns, this.rows);
    const out = new Uint32Array(picture.data.buffer);
    const signed = SIGNED.includes(view);
    const { channels, limit } = this;
    const scale = PIXELS.diverging;
    for (let pixel = 0, i = 0; pixel < out.length; pixel += 1, i += channels) {
      const first = this.value(view, i);
      if (Number.isNaN(first)) continue;
      if (channels === 1 && signed) {
        const level = Math.round(((first / limit + 1) / 2) * (LEVELS - 1));
        out[pixel] = scale[Math.min(Math.max(level, 0), LEVELS - 1)];
        continue;
      }
      let colour = 255;
      for (let channel = 2; channel >= 0; channel -= 1) {
        const value = channels === 1 ? first : this.value(view, i + channel);
        // In colour, zero is the middle grey of each channel.
        const level = signed ? 127.5 * (value / limit + 1) : value;
        colour = (colour << 8) | Math.min(Math.max(Math.round(level), 0), 255);
      }
      out[pixel] = colour;
    }
    return picture;
  }
}

// The same part of every view: zoom, and the middle in shares of the crop.
class Window {
  constructor() {
    this.zoom = 1;
    this.middle = [0.5, 0.5];
  }

  // [left, top, width, height] of what is seen, in pixels of the crop.
  part(columns, rows) {
    const [width, height] = [columns / this.zoom, rows / this.zoom];
    const from = (share, all, seen) => Math.min(Math.max(share * all - seen / 2, 0), all - seen);
    const [x, y] = this.middle;
    return [from(x, columns, width), from(y, rows, height), width, height];
  }

  // The place (shares of the crop) stays under the pointer.
  scale(factor, place = this.middle) {
    const before = this.zoom;
    this.zoom = Math.min(Math.max(before * factor, 1), MOST_ZOOM);
    const kept = before / this.zoom;
    this.middle = this.middle.map((at, axis) => place[axis] + (at - place[axis]) * kept);
    this.move(0, 0);
  }

  move(x, y) {
    const half = 0.5 / this.zoom;
    const inside = (at) => Math.min(Math.max(at, half), 1 - half);
    this.middle = [inside(this.middle[0] + x), inside(this.middle[1] + y)];
  }
}

// A canvas that shows the window's part of one or two views.
class Tile {
  // view: a name; for the wipe, the right one of both, whose left one is the noisy picture.
  constructor(canvas, view) {
    this.canvas = canvas;
    this.view = view;
    this.sheets = {};
  }

  fit(side, rows, columns, ratio) {
    const scale = (side * ratio) / Math.max(rows, columns);
    const [width, height] = [Math.round(columns * scale), Math.round(rows * scale)];
    resize(this.canvas, width, height);
    this.canvas.style.width = `${width / ratio}px`;
    this.canvas.style.height = `${height / ratio}px`;
  }

  take(crop, views) {
    this.crop = crop;
    for (const view of views) {
      this.sheets[view] ??= document.createElement("canvas");
      resize(this.sheets[view], crop.columns, crop.rows);
      this.sheets[view].getContext("2d").putImageData(crop.picture(view), 0, 0);
    }
  }

  // edge: in shares of the canvas, where the left view ends.
  draw(seen, { edge = 0, pixel, ratio }) {
    const { width, height } = this.canvas;
    const pen = this.canvas.getContext("2d");
    pen.imageSmoothingEnabled = width < seen[2];
    pen.imageSmoothingQuality = "high";
    pen.clearRect(0, 0, width, height);
    const { noisy } = this.sheets;
    const middle = Math.round(edge * width);
    if (this.view === "denoised" && noisy) {
      // Where nothing is known yet, the noisy picture shows through.
      pen.globalAlpha = 0.5;
      pen.drawImage(noisy, ...seen, 0, 0, width, height);
      pen.globalAlpha = 1;
    }
    pen.drawImage(this.sheets[this.view], ...seen, 0, 0, width, height);
    if (middle > 0) {
      const across = (middle / width) * seen[2];
      pen.clearRect(0, 0, middle, height);
      pen.drawImage(noisy, seen[0], seen[1], across, seen[3], 0, 0, middle, height);
    }
    if (pixel) this.mark(pen, seen, pixel, ratio);
  }

  mark(pen, [left, top, wide], [row, column], ratio) {
    const scale = this.canvas.width / wide;
    const size = Math.max(scale, MARK * ratio);
    const [x, y] = [(column + 0.5 - left) * scale - size / 2, (row + 0.5 - top) * scale - size / 2];
    for (const [colour, width] of [["white", 3], ["black", 1]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = width * ratio;
      pen.strokeRect(x, y, size, size);
    }
  }
}
