// The common space: points that follow a slider from epoch to epoch without the server, and what is
// nearest to the one that is chosen.

const FILMS_KEPT = 4;
const PLAY_MS = 420; // a stage
const films = new Map(); // name -> what the browser was sent of it

class CommonSpace {
  constructor(root) {
    this.box = root.querySelector(".space");
    this.box.kept = this; // by which keep_rows.js finds the numbers
    this.box.innerHTML = `
      <div class="top"><button class="play"></button><div class="hand"></div></div>
      <div class="views">
        <div class="left">
          <div class="field" tabindex="0" role="application"><canvas aria-hidden="true"></canvas></div>
          <p class="legend"></p>
        </div>
        <div class="item"></div>
      </div>
      <p class="told" role="status"></p>
      <p class="unseen" role="status"></p>`;
    const part = (name) => this.box.querySelector(name);
    [this.top, this.play, this.legend] = [part(".top"), part(".play"), part(".legend")];
    [this.field, this.told, this.status] = [part(".field"), part(".told"), part(".unseen")];
    this.plot = new SpacePlot(this.field, part("canvas"));
    this.item = new SpaceItem(part(".item"));
    const inner = part(".hand").attachShadow({ mode: "open" });
    inner.innerHTML = `<style>${SLIDER_STYLE}</style><div class="slider"></div>`;
    this.slider = new ScrubbingSlider(inner);
    this.slider.follow = (at) => this.show(at);
    this.slider.have = () => this.held;
    this.listen();
  }

  listen() {
    this.plot.onChoose = (point) => this.choose(point);
    this.plot.onHover = (point) => this.hover(point);
    this.field.addEventListener("keydown", (event) => this.press(event));
    this.play.addEventListener("click", () => (this.timer ? this.pause() : this.run()));
    this.slider.hand.addEventListener("pointerdown", () => this.pause());
  }

  get held() {
    return films.has(this.header.name) ? this.header.name : "";
  }

  update(component) {
    const { header, parts } = unpack(component.data);
    this.component = component;
    this.header = header;
    if (header.carried) this.take(header, parts.slice(1));
    this.film = films.get(header.name);
    this.courier ??= new Courier((turn) => this.post(turn), header.turn);
    this.courier.answer(header.turn);
    // The server's choice is older than the hand's until it has answered the newest turn.
    const old = this.moving || !this.courier.settled;
    if (this.chosen === undefined || !old) [this.chosen, this.asked] = [header.chosen, header.asked];
    this.box.style.setProperty("--height", `${header.height}px`);
    this.top.hidden = header.stages < 2;
    this.tellLegend();
    if (header.stages > 1) {
      const setStateValue = (_, value) => component.setStateValue(header.slider, value);
      this.slider.update({ data: parts[0], setStateValue });
    } else this.show(0);
    if (!this.timer) this.play.textContent = header.words.play;
    if (!this.film && this.courier.settled) this.courier.offer(); // what it lacks
  }

  // parts: labels, neighbours, distances, pixels, then the places of each picture.
  take(header, [labels, neighbours, distances, pixels, ...places]) {
    const shorts = (bytes, Kind) => new Kind(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
    films.delete(header.name);
    films.set(header.name, {
      name: header.name, count: labels.length, labels, colours: header.colours, side: header.side,
      nearest: header.nearest, neighbours: shorts(neighbours, Uint16Array),
      distances: shorts(distances, Uint16Array), pixels: pixels.length ? pixels : null,
      pictures: Object.fromEntries(header.pictures.map((name, i) => [name, shorts(places[i], Int16Array)])),
    });
    if (films.size > FILMS_KEPT) films.delete(films.keys().next().value); // the oldest
  }

  show(at) {
    if (!this.film) return;
    const { header, film } = this;
    const dims = header.dims[header.pictures.indexOf(header.picture)];
    this.views ??= new Map();
    const name = `${header.name} ${header.picture}`;
    const places = film.pictures[header.picture];
    if (!this.views.has(name)) this.views.set(name, { ...film, name, dims, places });
    const moved = this.at !== at || this.view !== name;
    [this.at, this.view] = [at, name];
    this.plot.take(this.views.get(name), header.deep);
    this.plot.lines = header.lines;
    this.tellFound();
    if (moved) this.plot.show(at);
    else this.plot.draw();
    this.told.textContent = header.told[at];
  }

  // What is asked at this stage, and what it finds.
  tellFound() {
    const { film, header } = this;
    const [kind, index] = this.chosen;
    const found = this.asked ? this.typed() : { kind, index, points: this.found(kind, index) };
    this.item.show(film, header, found);
    const last = this.at === header.stages - 1;
    this.plot.chosen = this.chosen;
    this.plot.found = this.asked && !last ? null : {
      from: this.asked ? null : kind * film.count + index,
      place: this.asked ? this.asked.places[header.picture] : null,
      points: found.points.map((point) => ({
        point: (1 - found.kind) * film.count + point.index, right: point.right,
      })),
    };
    this.field.setAttribute("aria-label", `${this.named(kind, index)}. ${header.words.keys}`);
    this.field.dataset.chosen = this.asked ? "typed" : this.code(this.chosen);
  }

  found(kind, index) {
    const { film, at } = this;
    const start = ((at * 2 + kind) * film.count + index) * film.nearest;
    return Array.from({ length: film.nearest }, (_, i) => {
      const other = film.neighbours[start + i];
      const right = film.labels[other] === film.labels[index];
      return { index: other, far: film.distances[start + i] * this.header.far, right };
    });
  }

  // A caption that somebody typed has no class: nothing is right or wrong.
  typed() {
    const { caption, neighbours, distances } = this.asked;
    const points = neighbours.map((index, i) => ({ index, far: distances[i] }));
    return { kind: 1, caption, points };
  }

  named(kind, index) {
    const { words, classes } = this.header;
    const name = classes[this.film.labels[index]];
    return fill(words.item, { kind: words[KINDS[kind]], number: index, name });
  }

  tellLegend() {
    const { classes, colours, words } = this.header;
    const told = JSON.stringify([classes, words]);
    if (this.legended === told) return;
    this.legended = told;
    const item = (mark, text) => {
      const part = document.createElement("span");
      part.append(mark, text);
      return part;
    };
    const swatch = (colour) => {
      const mark = document.createElement("i");
      mark.style.background = colour;
      return mark;
    };
    this.legend.replaceChildren(
      item("\u25cf ", words.image), item("\u25b2 ", words.text),
      ...classes.map((name, i) => item(swatch(colours[i]), name)),
    );
  }

  hover(point) {
    const { count } = this.film ?? {};
    this.field.title = point === null ? "" : this.named(Number(point >= count), point % count);
    this.field.style.cursor = point === null ? "" : "pointer";
  }

  press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.film) return;
    const { count } = this.film;
    const [kind, index] = this.chosen;
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault(); // the page stays where it is
    if (event.shiftKey) {
      const [around, up] = this.plot.turned;
      if (this.header.deep) this.plot.turn(around + 0.1 * step[0], up + 0.1 * step[1]);
      return;
    }
    const next = (index + step[0] + count) % count;
    this.choose((step[1] ? 1 - kind : kind) * count + next);
    this.status.textContent = `${this.named(...this.chosen)}. ${this.item.title.textContent}`;
  }

  choose(point) {
    const { count } = this.film;
    this.chosen = [Number(point >= count), point % count];
    this.asked = null;
    this.show(this.at);
    this.moving = true;
    this.courier.offer();
    clearTimeout(this.linkTimer);
    this.linkTimer = setTimeout(() => {
      this.moving = false;
      const { key, usual } = this.header;
      const code = this.code(this.chosen);
      writeLink(key, code === this.code(usual) ? null : code);
      this.courier.offer();
    }, LINK_AFTER_MS);
  }

  code([kind, index]) {
    return `${KINDS[kind]}-${index}`;
  }

  // What is sent is what holds now: the newest choice wins.
  post(turn) {
    const sent = { value: this.chosen, moving: Boolean(this.moving), turn, have: this.held };
    this.component.setStateValue("sent", sent);
  }

  run() {
    const { slider } = this;
    if (slider.position >= this.header.stages - 1) this.step(0);
    this.play.textContent = this.header.words.pause;
    this.timer = setInterval(() => {
      if (slider.position >= this.header.stages - 1) this.pause();
      else this.step(slider.position + 1);
    }, PLAY_MS);
  }

  step(at) {
    this.slider.hand.value = this.slider.header.min + at * this.slider.header.step;
    this.slider.moved();
  }

  pause() {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = null;
    this.play.textContent = this.header.words.play;
    this.slider.letGo();
  }

  close() {
    clearInterval(this.timer);
    clearTimeout(this.linkTimer);
    this.courier?.close();
    this.slider.close();
    this.plot.close();
  }
}
