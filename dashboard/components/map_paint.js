// Where the tiles lie and how they are coloured.

const LEVELS = 255; // odd, so that zero has the very middle of a signed scale

// The colours between the few of a scale, each one 32-bit pixel (little endian: A B G R).
function blended(colours) {
  const pixels = new Uint32Array(LEVELS);
  for (let level = 0; level < LEVELS; level += 1) {
    const at = (level / (LEVELS - 1)) * (colours.length - 1);
    const left = Math.min(Math.floor(at), colours.length - 2);
    const mix = [0, 1, 2].map((c) => {
      const [from, to] = [colours[left][c], colours[left + 1][c]];
      return Math.round(from + (at - left) * (to - from));
    });
    pixels[level] = (255 << 24) | (mix[2] << 16) | (mix[1] << 8) | mix[0];
  }
  return pixels;
}

const PIXELS = { sequential: blended(SCALES.sequential), diverging: blended(SCALES.diverging) };

function gradient(name) {
  const colours = SCALES[name].map((colour) => `rgb(${colour.join(" ")})`);
  return `linear-gradient(to right, ${colours.join(", ")})`;
}

// The grid whose tiles are largest within width x height (CSS pixels). All numbers of the answer
// are device pixels, and a value is a whole number of them wherever it is at least one.
function layOut({ count, rows, columns, width, height, ratio, wanted, maxTile }) {
  const gap = Math.round((count > 64 ? 2 : 3) * ratio);
  const room = { x: Math.floor(width * ratio), y: Math.floor(height * ratio) };
  const edge = Math.floor(4 * ratio); // for the outline of a selected tile
  const most = (maxTile * ratio) / Math.max(rows, columns);
  let best = null;
  for (let across = wanted ?? 1; across <= (wanted ?? count); across += 1) {
    const down = Math.ceil(count / across);
    const byWidth = (room.x - 2 * edge - (across - 1) * gap) / across / columns;
    const byHeight = (room.y - 2 * edge - (down - 1) * gap) / down / rows;
    const free = Math.min(byWidth, wanted ? Infinity : byHeight, most);
    const size = snapped(free);
    if (!best || size > best.size) best = { across, down, size, free };
  }
  const tile = {
    x: Math.max(1, Math.round(best.size * columns)),
    y: Math.max(1, Math.round(best.size * rows)),
  };
  return {
    ...best, tile, gap, edge, step: { x: tile.x + gap, y: tile.y + gap },
    width: 2 * edge + best.across * (tile.x + gap) - gap,
    height: 2 * edge + best.down * (tile.y + gap) - gap,
  };
}

// A whole number of pixels a value, unless that would waste more than a fifth of the room.
function snapped(size) {
  const whole = Math.floor(size);
  return whole >= 1 && size - whole <= size / 5 ? whole : Math.max(size, 0.05);
}

function corner(grid, channel) {
  return {
    x: grid.edge + (channel % grid.across) * grid.step.x,
    y: grid.edge + Math.floor(channel / grid.across) * grid.step.y,
  };
}

// The box around rows top to bottom and columns left to right (the last ones not included) of the
// first tile, on whole device pixels.
function boxOfPart(grid, [rows, columns], [top, left, bottom, right]) {
  const { x, y } = corner(grid, 0);
  const across = (column) => Math.round((column / columns) * grid.tile.x);
  const down = (row) => Math.round((row / rows) * grid.tile.y);
  return {
    x: x + across(left),
    y: y + down(top),
    width: across(right) - across(left),
    height: down(bottom) - down(top),
  };
}

// The value at a place of the canvas (device pixels): {channel, row, column}; null between tiles.
function spotAt(grid, [count, rows, columns], canvasX, canvasY) {
  const [x, y] = [canvasX - grid.edge, canvasY - grid.edge];
  const [across, down] = [Math.floor(x / grid.step.x), Math.floor(y / grid.step.y)];
  const inside = { x: x - across * grid.step.x, y: y - down * grid.step.y };
  const channel = down * grid.across + across;
  const off = x < 0 || y < 0 || across >= grid.across || channel >= count;
  if (off || inside.x >= grid.tile.x || inside.y >= grid.tile.y) return null;
  const row = Math.floor((inside.y / grid.tile.y) * rows);
  return { channel, row, column: Math.floor((inside.x / grid.tile.x) * columns) };
}

// All maps side by side as in the grid, a value a pixel. spans: one [low, high] a channel.
function coloured(values, [count, rows, columns], { across, down }, spans, pixels) {
  const picture = new ImageData(across * columns, down * rows);
  const out = new Uint32Array(picture.data.buffer);
  let from = 0;
  for (let channel = 0; channel < count; channel += 1) {
    const [low, high] = spans[channel];
    // A constant map has the scale's foot; on a signed scale that is 0, its middle.
    const flat = low < 0 && low === -high ? (LEVELS - 1) / 2 : 0;
    const slope = high > low ? (LEVELS - 1) / (high - low) : 0;
    const foot = slope ? 0.5 - low * slope : flat;
    const left = (channel % across) * columns;
    const top = Math.floor(channel / across) * rows;
    for (let row = top; row < top + rows; row += 1) {
      const start = row * picture.width + left;
      for (let at = start; at < start + columns; at += 1, from += 1) {
        const value = values[from];
        if (value !== value) continue; // NaN stays transparent
        const level = value * slope + foot;
        out[at] = pixels[level < 0 ? 0 : level >= LEVELS ? LEVELS - 1 : level | 0];
      }
    }
  }
  return picture;
}

// Two canvases that are never shown: the picture a value a pixel, and enlarged.
function makeScratch() {
  return { plain: document.createElement("canvas"), large: document.createElement("canvas") };
}

// Puts the picture's tiles into their places, with lines of the colour `between` around each: a
// map whose colours are those of the page would have no edge. Where a value is no whole number of
// pixels wide, it is first enlarged to the next whole number and then shrunk smoothly: squares of
// one width with at most one blended pixel between them.
function paint(canvas, scratch, picture, grid, [count, rows, columns], between) {
  resize(scratch.plain, picture.width, picture.height);
  scratch.plain.getContext("2d").putImageData(picture, 0, 0);
  const whole = Number.isInteger(grid.size);
  const times = whole || grid.size < 1 ? 1 : Math.ceil(grid.size);
  const from = times === 1 ? scratch.plain : enlarged(scratch, times);
  resize(canvas, grid.width, grid.height);
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, grid.width, grid.height);
  pen.imageSmoothingEnabled = !whole;
  // Down to half the size two neighbours are enough; more of them take ten times as long.
  pen.imageSmoothingQuality = grid.size < 0.5 ? "high" : "low";
  pen.fillStyle = between;
  const size = { x: columns * times, y: rows * times };
  const { gap, tile } = grid;
  for (let channel = 0; channel < count; channel += 1) {
    const { x, y } = corner(grid, channel);
    pen.fillRect(x - gap, y - gap, tile.x + 2 * gap, tile.y + 2 * gap);
  }
  for (let channel = 0; channel < count; channel += 1) {
    const { x, y } = corner(grid, channel);
    const left = (channel % grid.across) * size.x;
    const top = Math.floor(channel / grid.across) * size.y;
    pen.clearRect(x, y, tile.x, tile.y); // values that are no numbers stay blank
    pen.drawImage(from, left, top, size.x, size.y, x, y, tile.x, tile.y);
  }
}

function enlarged({ plain, large }, times) {
  resize(large, plain.width * times, plain.height * times);
  const pen = large.getContext("2d");
  pen.imageSmoothingEnabled = false;
  pen.clearRect(0, 0, large.width, large.height);
  pen.drawImage(plain, 0, 0, large.width, large.height);
  return large;
}

// Setting a canvas's size empties it and takes new memory, also where nothing changes.
function resize(canvas, width, height) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

// A stroke from corner to corner with an edge of the opposite lightness, seen on any colour.
function strike(canvas, grid, channels, ratio, [core, edge]) {
  const pen = canvas.getContext("2d");
  const thick = Math.max(ratio, Math.min(grid.tile.x, grid.tile.y) / 16);
  for (const [colour, width] of [[edge, thick + 2 * ratio], [core, thick]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    for (const channel of channels) {
      const { x, y } = corner(grid, channel);
      pen.moveTo(x, y + grid.tile.y);
      pen.lineTo(x + grid.tile.x, y);
    }
    pen.stroke();
  }
}
