// What is said of a scene's pixel: its place, its class, and what a network takes it for.

const LINE = 1.35; // em, of the words of a pixel
const ONE_LINE = 360; // CSS pixels that a place and a class take

function element(name, ...children) {
  const made = document.createElement("span");
  made.className = name;
  made.append(...children);
  return made;
}

// View with these words; it has numbers(what), those of its layers, four a pixel, and its width.
const telling = (View) => class extends View {
  className(number) {
    return this.header.names[number - 1] ?? String(number);
  }

  // Of a kind of layer; undefined where there is none.
  classAt(what, [row, column]) {
    return this.numbers(what)?.[4 * (row * this.size[1] + column)];
  }

  // The likeliest classes of a pixel: [{number, percent}].
  likeliest([row, column]) {
    const [top, shares] = [this.numbers("top"), this.numbers("shares")];
    const at = 4 * (row * this.size[1] + column);
    return [0, 1, 2].filter((i) => top?.[at + i] && shares).map((i) => ({
      number: top[at + i], percent: (100 * shares[at + i]) / this.header.levels,
    }));
  }

  // "row 3, column 17: labelled {name}"
  placeSaid(pixel) {
    const { words } = this.header;
    const [row, column] = pixel;
    const truth = this.classAt("truth", pixel);
    const place = fill(words.position, { row, column });
    if (truth === undefined) return place;
    return place + words.colon + (truth ? words.truth : words.unknown);
  }

  // "row 3, column 17: labelled Corn, predicted Woods: Woods 61 %, Corn 20 %, Oats 9 %"
  pixelSentence(pixel) {
    const { words } = this.header;
    const told = (sentence, { number, percent }) =>
      fill(sentence, { name: this.className(number), percent });
    const number = this.classAt("prediction", pixel);
    const said = [told(this.placeSaid(pixel), { number: this.classAt("truth", pixel) })];
    if (number) said.push(told(words.prediction, { number }));
    const shares = this.likeliest(pixel).map((share) => told(words.share, share));
    return [said, shares].map((each) => each.join(words.comma)).filter(Boolean).join(words.colon);
  }

  // Two lines are one sentence that wraps; one or three of them are cut in their names.
  hover(spot) {
    super.hover(spot);
    const pixel = this.spot ? [this.spot.row, this.spot.column] : this.resting;
    const { room } = this;
    if (pixel && room !== 2) this.readout.replaceChildren(...this.lines(pixel).slice(0, room));
  }

  // Place and truth, what is predicted, what else is likely.
  lines(pixel) {
    const { words } = this.header;
    const number = this.classAt("prediction", pixel);
    const shares = this.likeliest(pixel);
    const own = shares.find((share) => share.number === number);
    const predicted = own ? fill(words.prediction, { name: words.share }) : words.prediction;
    const others = shares.filter((share) => share !== own);
    const place = (this.spot ? "" : this.letter) + this.placeSaid(pixel);
    return [
      [this.named(place, { number: this.classAt("truth", pixel) })],
      number ? [this.named(predicted, own ?? { number })] : [],
      others.map((share) => this.named(words.share, share)),
    ].map((items) => element("told", ...items));
  }

  // A sentence whose name is cut where there is no room.
  named(sentence, { number, percent }) {
    const [before, after] = fill(sentence, { percent }).split("{name}");
    const named = after === undefined ? [] : [element("name", this.className(number)), after];
    return element("named", before, ...named);
  }

  // The pixel that is told of when none is under the pointer, and its letter.
  get resting() {
    return null;
  }

  get letter() {
    return "";
  }

  // What stands below never moves.
  describe() {
    super.describe();
    this.readout.style.height = `${LINE * this.room}em`;
  }

  // Lines that the words may take.
  get room() {
    if (this.numbers("shares")) return 3;
    const narrow = this.width < ONE_LINE;
    const long = this.numbers("prediction") || (narrow && this.numbers("truth"));
    return long || this.header.most > 1 ? 2 : 1;
  }
};
