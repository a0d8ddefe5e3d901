// One map, with a frame around a part of it, and the picture that may stand beside it.

const MAP = `
  <div class="line"><span class="label"></span></div>
  ${READOUT}
  <div class="holder">
    ${FIELD}
    ${BAR}
  </div>`;
const PART_FRAME = `<div class="part" hidden></div>`;

class PixelMap extends MapView {
  constructor(root) {
    super(root, MAP, ["holder"]);
    this.canvas.insertAdjacentHTML("afterend", PART_FRAME);
    this.take(["part"]);
  }

  // Room for a map of any number of pixels, the bar below it included.
  get needed() {
    const { free, edge } = this.grid;
    const below = this.bar.getBoundingClientRect().height;
    return Math.ceil((free * this.size[0] + 2 * edge) / this.ratio) + below;
  }

  receive([codes]) {
    const { top, span, signed } = this.header;
    this.values = decode(codes, top);
    this.span = span ?? spanOf(rangeOf(this.values), signed);
  }

  get size() {
    return this.header.shape.slice(1);
  }

  picture() {
    const { shape } = this.header;
    return coloured(this.values, shape, this.grid, [this.span], PIXELS[this.scaleName]);
  }

  describe() {
    super.describe();
    const { outline } = this.header;
    this.part.hidden = !outline;
    if (outline) this.frame(this.part, boxOfPart(this.grid, this.size, outline));
    this.tellScale(this.span);
  }

  alsoSaid() {
    const { outline, words } = this.header;
    if (!outline) return [];
    const [top, left, bottom, right] = outline;
    return [fill(words.outline, { top, left, bottom: bottom - 1, right: right - 1 })];
  }

  spotSentence({ row, column }) {
    return this.pixelSentence([row, column]);
  }

  // "row 3, column 17: 0.482"
  pixelSentence([row, column]) {
    return `${fill(this.header.words.position, { row, column })}: ${this.valueOf(row, column)}`;
  }

  valueOf(row, column) {
    return valueText(this.header, this.values[row * this.size[1] + column]);
  }

  restSentence() {
    return "";
  }

  boxAt({ row, column }) {
    return this.boxOf([row, column]);
  }

  boxOf([row, column]) {
    return boxOfPart(this.grid, this.size, [row, column, row + 1, column + 1]);
  }
}

// Red, green and blue, 0 to 255 each, are their own colours.
class Picture extends PixelMap {
  receive([bytes]) {
    this.values = bytes;
  }

  get lined() {
    return true; // a photo's edge may have the page's colour
  }

  picture() {
    const [rows, columns] = this.size;
    const picture = new ImageData(columns, rows);
    const out = new Uint32Array(picture.data.buffer);
    for (let i = 0; i < out.length; i += 1) {
      const [red, green, blue] = this.coloursAt(i);
      out[i] = (255 << 24) | (blue << 16) | (green << 8) | red;
    }
    return picture;
  }

  coloursAt(index) {
    return this.values.subarray(3 * index, 3 * index + 3);
  }

  valueOf(row, column) {
    const [red, green, blue] = this.coloursAt(row * this.size[1] + column);
    return fill(this.header.words.colours, { red, green, blue });
  }

  tellScale() {
    this.bar.hidden = true;
  }
}
