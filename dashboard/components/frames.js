// The pictures a slider scrubs through. They are kept here, in the page, by the name of their set,
// so that they also survive when Streamlit builds the slider anew.

const SETS_KEPT = 6;
const frameSets = new Map(); // name -> Map of position -> picture

function frameSet(name) {
  const pictures = frameSets.get(name) ?? new Map();
  frameSets.delete(name);
  frameSets.set(name, pictures); // the newest last: the oldest goes first
  if (frameSets.size > SETS_KEPT) frameSets.delete(frameSets.keys().next().value);
  return pictures;
}

function mimeType(bytes) {
  if (bytes[0] === 0x89) return "image/png";
  return bytes[0] === 0x52 ? "image/webp" : "image/jpeg";
}

// A canvas that shows one picture of a set, or says which one it is waiting for.
class FrameView {
  constructor(figure) {
    this.figure = figure;
    this.canvas = figure.appendChild(document.createElement("canvas"));
    this.canvas.setAttribute("role", "img");
    this.caption = figure.appendChild(document.createElement("figcaption"));
    this.caption.setAttribute("role", "status");
    this.canvas.tellRows = () => [this.pixels]; // to whoever saves it
  }

  // header: {name, carried, label, waiting}; parts: the encoded pictures of the carried positions.
  take(header, parts) {
    this.header = header;
    this.pictures = frameSet(header.name);
    header.carried.forEach((position, i) => {
      if (this.pictures.has(position)) return;
      const blob = new Blob([parts[i]], { type: mimeType(parts[i]) });
      const decoded = createImageBitmap(blob);
      this.pictures.set(position, null); // on its way through the decoder
      decoded.then((picture) => {
        this.pictures.set(position, picture);
        if (position === this.position) this.show(this.position, this.text);
      });
    });
  }

  holds(count) {
    return this.pictures.size === count;
  }

  // Never another position's picture without a word: the old one is dimmed and the line under it
  // names the one that is missing.
  show(position, text) {
    this.position = position;
    this.text = text;
    const picture = this.pictures.get(position);
    const waits = !picture;
    this.figure.classList.toggle("waits", waits);
    const said = waits ? fill(this.header.waiting, { value: text }) : "";
    if (this.caption.textContent !== said) this.caption.textContent = said;
    if (waits) return;
    this.draw(picture);
    if (this.canvas.dataset.shows !== text) this.canvas.dataset.shows = text;
    this.canvas.setAttribute("aria-label", `${this.header.label} ${text}`.trim());
  }

  // As a view of pixels: encoded, a picture has no other numbers.
  get pixels() {
    const { width, height } = this.canvas;
    const values = this.canvas.getContext("2d").getImageData(0, 0, width, height).data;
    const coloursAt = (i) => values.subarray(4 * i, 4 * i + 3);
    return { header: { shape: [1, height, width] }, values, coloursAt };
  }

  // The first picture gives the size; others of another size are fitted into it, so that nothing
  // below moves.
  draw(picture) {
    if (this.canvas.dataset.set !== this.header.name) {
      this.canvas.dataset.set = this.header.name;
      this.canvas.width = picture.width;
      this.canvas.height = picture.height;
    }
    const pen = this.canvas.getContext("2d");
    pen.imageSmoothingEnabled = false;
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.drawImage(picture, 0, 0, this.canvas.width, this.canvas.height);
  }
}
