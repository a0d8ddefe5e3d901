// Many maps as tiles, one of which is chosen.

const KEYS = {
  ArrowLeft: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  ArrowUp: (at, grid) => at - grid.across,
  ArrowDown: (at, grid) => at + grid.across,
  Home: () => 0,
  End: (at, grid, count) => count - 1,
};
const TILES = `
  <div class="line">
    <span class="label"></span>
    <span class="marks" hidden>
      <svg viewBox="0 0 16 16"><path d="M2 14 14 2"></path></svg><span></span>
    </span>
    ${BAR}
  </div>
  ${READOUT}
  ${FIELD}`;

class Tiles extends MapView {
  constructor(root) {
    super(root, TILES, ["marks"]);
  }

  receive([codes, numbers]) {
    this.values = decode(codes, this.header.top);
    this.summaries = new Float32Array(numbers.buffer, numbers.byteOffset, numbers.byteLength / 4);
    this.spans = this.spansOfChannels();
  }

  get count() {
    return this.header.shape[0];
  }

  spansOfChannels() {
    const { scale, range, signed, shape } = this.header;
    const size = shape[1] * shape[2];
    if (scale === "unit") {
      const own = (channel) => rangeOf(this.values.subarray(channel * size, (channel + 1) * size));
      return Array.from({ length: this.count }, (_, channel) => spanOf(own(channel), signed));
    }
    const span = scale === "global" ? range : spanOf(rangeOf(this.values), signed);
    return Array(this.count).fill(span);
  }

  picture() {
    return coloured(this.values, this.header.shape, this.grid, this.spans, PIXELS[this.scaleName]);
  }

  decorate() {
    const { marked, signed, shows } = this.header;
    const ink = signed ? ["black", "white"] : ["white", "black"];
    strike(this.canvas, this.grid, marked, this.ratio, ink);
    this.canvas.dataset.shows = shows;
  }

  describe() {
    super.describe();
    const marks = marksSentence(this.header);
    this.marks.hidden = !marks;
    this.marks.lastElementChild.textContent = marks;
  }

  alsoSaid() {
    return [marksSentence(this.header)];
  }

  spotSentence(spot) {
    return spotSentence(this.header, this.values, spot);
  }

  boxAt({ channel }) {
    return this.boxOf(channel);
  }

  boxOf(channel) {
    const { tile } = this.grid;
    return { ...corner(this.grid, channel), width: tile.x, height: tile.y };
  }
}

class MapGrid extends choosing(Tiles) {
  hover(spot) {
    super.hover(spot);
    const { scale, words } = this.header;
    const channel = this.spot?.channel ?? this.selected;
    const whose = scale === "unit" && this.header.count ? fill(words.ownScale, { channel }) : "";
    this.tellScale(this.spans[channel], whose);
  }

  choiceSentence() {
    return channelSentence(this.header, this.summaries, this.selected);
  }

  choiceAt({ channel }) {
    return channel;
  }

  moved(key) {
    const next = KEYS[key]?.(this.selected, this.grid, this.count);
    return next < 0 || next >= this.count ? this.selected : next;
  }

  inside(channel) {
    return Math.min(channel, this.count - 1);
  }

  code(channel) {
    return String(channel);
  }

  get gridSize() {
    return [this.grid.down, this.grid.across];
  }

  placeOf(channel) {
    return [Math.floor(channel / this.grid.across), channel % this.grid.across];
  }
}
