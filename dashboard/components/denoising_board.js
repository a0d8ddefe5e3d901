// The noise slider, the crop and the views: one message, one hand.

// A slider that needs no server where the views have the pictures of all its positions.
class NoiseSlider extends LiveSlider {
  constructor(root, board) {
    super(root);
    this.board = board;
  }

  get scrubs() {
    return this.board.holds(this.count);
  }

  tell() {
    super.tell();
    this.board.show(this.position, this.value);
  }

  post(turn) {
    const sent = { value: this.value, moving: this.moving, turn };
    const film = this.board.film;
    if (film) sent[this.scrubs ? "have" : "want"] = film;
    this.component.setStateValue("sent", sent);
  }
}

class DenoisingBoard extends DenoisingViews {
  constructor(root) {
    super(root);
    const shadow = this.find(".hand").attachShadow({ mode: "open" });
    shadow.innerHTML = `<style>${SLIDER_STYLE}</style><div class="slider"></div>`;
    this.slider = new NoiseSlider(shadow, this);
    this.chooser = new CropChooser(this.find(".crop .field"));
  }

  update(component) {
    const { header, parts } = unpack(component.data);
    const [slider, chooser, ...numbers] = parts;
    this.header = header;
    this.crop = new Crop(header, numbers);
    this.takeFilm(numbers.slice(2));
    this.label();
    const state = (name) => (_, value) => component.setStateValue(name, value);
    this.slider.update({ data: slider, setStateValue: state(header.slider) });
    if (this.film && !this.slider.scrubs && this.slider.courier.settled) {
      this.slider.courier.offer(); // the other pictures
    }
    const { header: photo, parts: [picture] } = unpack(chooser);
    this.chooser.update({
      header: photo, parts: [picture],
      setStateValue: (name, value) => component.setStateValue(name, value),
    });
    this.layOut();
  }

  get film() {
    return this.header?.film?.name;
  }

  holds(count) {
    return Boolean(this.film) && this.crop.pictures.size === count;
  }

  takeFilm(parts) {
    if (!this.film) return;
    const { pictures, film } = this.crop;
    film.carried.forEach((position, i) => {
      if (pictures.has(position)) return;
      pictures.set(position, null); // on its way through the decoder
      inflated(parts[i]).then((errors) => {
        pictures.set(position, errors);
        if (this.crop.pictures === pictures && position === this.position) this.paint();
      });
    });
  }

  // The slider is at this position.
  show(position, sigma) {
    const moved = position !== this.position;
    [this.position, this.sigma] = [position, sigma];
    if (this.painted !== this.crop || (this.film && moved)) this.paint();
  }

  // Never another level's picture without a word: the old one is dimmed until the new one is here.
  paint() {
    const { crop } = this;
    const there = crop.at(this.position, this.sigma);
    this.box.classList.toggle("waits", !there);
    if (there) this.take(crop);
  }

  layOut() {
    super.layOut();
    this.chooser?.fit(this.small, this.ratio);
  }

  close() {
    super.close();
    this.slider.close();
    this.chooser.close();
  }
}
