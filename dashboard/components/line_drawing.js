// Lines, their bands and their axes on a canvas.

const DASHES = { solid: [], dashed: [9, 5], dotted: [2, 4], mixed: [10, 4, 2, 4] };
const FONT = 14; // CSS pixels
const LOWEST = 130; // CSS pixels of the plot itself
const MEAN = 5; // CSS pixels of a line in its band: it is seen also where another lies over it
const HALO = 0.35; // of a coloured line's edge in the text's colour: yellow on white, black on black

// `header`, `x` and `lines` say what is drawn; `pen`, in the colour `ink`, draws it.
class LineDrawing {
  // Lowest and highest of all lines with their bands, with a little room.
  range() {
    const { yRange, log } = this.header;
    if (yRange) return yRange;
    let [low, high] = [Infinity, -Infinity];
    for (const { values, band } of this.lines) {
      for (let i = 0; i < values.length; i += 1) {
        const [bottom, top] = (band ?? [values, values]).map((end) => end[i]);
        if (bottom < low && (!log || bottom > 0)) low = bottom;
        if (top > high) high = top;
      }
    }
    if (!(low <= high)) return log ? [0.1, 1] : [0, 1];
    if (log) return [low / 1.3, high * 1.3];
    const room = (high - low || Math.abs(high) || 1) * 0.04;
    return [low >= 0 ? Math.max(low - room, 0) : low - room, high + room];
  }

  layOut(width, height) {
    const { log } = this.header;
    const [low, high] = this.range();
    const [bottom, top] = [height - 2 * FONT - 12, this.header.markers.length ? FONT + 8 : 10];
    this.y = new Scale(low, high, bottom, top, log);
    this.yTicks = this.y.ticks(log ? SMALLEST_POWER : SMALLEST_TICK);
    const wide = Math.max(...this.yTicks.map((value) => this.pen.measureText(this.text(value)).width));
    this.left = wide + FONT + 18;
    this.right = width - (this.lines.some(({ letter }) => letter) ? 20 : 10);
    const [first, last] = [Math.min(...this.x), Math.max(...this.x)];
    this.xScale = new Scale(first, last, this.left, this.right);
  }

  get text() {
    return this.header.percent ? percentText : numberText;
  }

  drawAxes() {
    const { pen, y, left, right } = this;
    const { xLabel, yLabel, gaps } = this.header;
    const bottom = y.from;
    pen.fillStyle = this.faded(0.1);
    for (const [from, to] of gaps) {
      pen.fillRect(this.xScale.at(from), y.to, this.xScale.at(to) - this.xScale.at(from), bottom - y.to);
    }
    pen.strokeStyle = this.faded(0.18);
    pen.fillStyle = this.ink;
    pen.lineWidth = 1;
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (const value of this.yTicks) {
      this.stroke([left, y.at(value)], [right, y.at(value)]);
      pen.fillText(this.text(value), left - 6, y.at(value));
    }
    pen.textAlign = "center";
    pen.textBaseline = "top";
    for (const value of this.xScale.ticks(2 * SMALLEST_TICK)) {
      const at = this.xScale.at(value);
      this.stroke([at, bottom], [at, bottom + 5]);
      pen.fillText(numberText(value), at, bottom + 7);
    }
    pen.fillText(xLabel, (left + right) / 2, bottom + FONT + 11);
    pen.save();
    pen.translate(2, (bottom + y.to) / 2);
    pen.rotate(-Math.PI / 2);
    pen.fillText(yLabel, 0, 0);
    pen.restore();
    pen.strokeStyle = this.faded(0.6);
    this.stroke([left, y.to], [left, bottom]);
    this.stroke([left, bottom], [right, bottom]);
    if (y.low < 0 && y.high > 0) this.stroke([left, y.at(0)], [right, y.at(0)]);
    this.drawGapLabel();
  }

  drawGapLabel() {
    const { gaps, gapLabel } = this.header;
    if (!gaps.length) return;
    const widest = gaps.reduce((best, gap) => (gap[1] - gap[0] > best[1] - best[0] ? gap : best));
    const { pen } = this;
    pen.save();
    pen.fillStyle = this.faded(0.75);
    pen.translate(this.xScale.at((widest[0] + widest[1]) / 2), this.y.to + 4);
    pen.rotate(-Math.PI / 2);
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    pen.fillText(gapLabel, 0, 0);
    pen.restore();
  }

  // Runs of neighbouring values between the breaks, as lists of indices.
  pieces(values) {
    const breaks = new Set(this.header.breaks);
    const pieces = [[]];
    values.forEach((value, i) => {
      if (breaks.has(i) || Number.isNaN(value)) pieces.push([]);
      if (!Number.isNaN(value)) pieces.at(-1).push(i);
    });
    return pieces.filter((piece) => piece.length);
  }

  drawBand({ values, band, colour }) {
    if (!band) return;
    const [low, high] = band;
    const { pen, xScale, y } = this;
    pen.fillStyle = `color-mix(in srgb, ${colour || this.ink} 30%, transparent)`;
    pen.strokeStyle = this.faded(0.25);
    pen.lineWidth = 1;
    for (const piece of this.pieces(values)) {
      pen.beginPath();
      for (const i of piece) pen.lineTo(xScale.at(this.x[i]), y.at(high[i]));
      for (const i of piece.toReversed()) pen.lineTo(xScale.at(this.x[i]), y.at(low[i]));
      pen.closePath();
      pen.fill();
      pen.stroke();
    }
  }

  drawLine({ values, band, colour, dash, points }) {
    const { pen, xScale, y } = this;
    pen.lineJoin = "round";
    pen.setLineDash(DASHES[dash]);
    const wide = band ? MEAN : 2.5;
    const layers = colour ? [[this.faded(HALO), wide + 2, []], [colour, wide]] : [[this.ink, 2]];
    for (const [style, width, solid] of layers) {
      pen.strokeStyle = style;
      pen.lineWidth = width;
      pen.setLineDash(solid ?? DASHES[dash]);
      for (const piece of this.pieces(values)) {
        this.stroke(...piece.map((i) => [xScale.at(this.x[i]), y.at(values[i])]));
      }
    }
    pen.setLineDash([]);
    if (!points) return;
    for (let i = 0; i < values.length; i += 1) this.dot(i, values[i], colour);
  }

  dot(i, value, colour) {
    const { pen } = this;
    pen.fillStyle = colour || this.ink;
    pen.beginPath();
    pen.arc(this.xScale.at(this.x[i]), this.y.at(value), 4, 0, 2 * Math.PI);
    pen.fill();
  }

  // At the lines' ends, from top to bottom, none over another.
  drawLetters() {
    const { pen } = this;
    pen.fillStyle = this.ink;
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    const ends = this.lines.filter(({ letter }) => letter).map(({ values, letter }) => {
      const last = values.findLastIndex((value) => !Number.isNaN(value));
      return { letter, x: this.xScale.at(this.x[last]) + 4, y: this.y.at(values[last]) };
    });
    ends.sort((one, other) => one.y - other.y);
    // The lowest stays above the axis, the others above it.
    let free = this.y.from - FONT / 2 + 4;
    for (const end of ends.toReversed()) {
      end.y = Math.min(end.y, free);
      free = end.y - FONT;
      pen.fillText(end.letter, end.x, end.y);
    }
  }

  drawMarkers() {
    const { pen, y } = this;
    pen.textAlign = "center";
    pen.textBaseline = "bottom";
    for (const [place, text, colour] of this.header.markers) {
      const at = this.xScale.at(place);
      pen.lineWidth = 2;
      pen.strokeStyle = colour || this.ink;
      this.stroke([at, y.to], [at, y.from]);
      pen.fillStyle = this.ink;
      pen.fillText(text, at, y.to - 1);
    }
  }

  clipped(paint) {
    const { pen, left, right, y } = this;
    pen.save();
    pen.beginPath();
    pen.rect(left, y.to - 2, right - left + 2, y.from - y.to + 3);
    pen.clip();
    paint();
    pen.restore();
  }

  stroke(...points) {
    this.pen.beginPath();
    points.forEach(([x, y], i) => (i ? this.pen.lineTo(x, y) : this.pen.moveTo(x, y)));
    this.pen.stroke();
  }

  faded(share) {
    return `color-mix(in srgb, ${this.ink} ${100 * share}%, transparent)`;
  }
}
