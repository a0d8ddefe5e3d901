// What is asked, and its nearest ten of the other modality: beside the plot.

const KINDS = ["image", "text"];

class SpaceItem {
  constructor(box) {
    box.innerHTML = `
      <div class="asked"><div class="look"></div><div class="who"><b></b><p></p></div></div>
      <p class="title"></p>
      <ol></ol>`;
    const part = (name) => box.querySelector(name);
    [this.look, this.who, this.what] = [part(".look"), part(".who b"), part(".who p")];
    [this.title, this.list] = [part(".title"), part("ol")];
    this.drawn = new Map(); // images by film, number and size
  }

  // film and header: the board's; found: {kind, index or caption, points: [{index, far, right}]}.
  show(film, header, found) {
    const { words } = header;
    const own = found.index !== undefined;
    this.look.replaceChildren(...(own ? this.picture(film, found.index, 72) : []));
    this.look.hidden = !this.look.firstChild;
    const kind = words[KINDS[found.kind]];
    this.who.textContent = own
      ? fill(words.item, { kind, number: found.index, name: this.className(film, header, found.index) })
      : words.typed;
    this.what.textContent = own ? this.caption(header, found.index) : found.caption;
    const right = found.points.filter((point) => point.right).length;
    const values = { right, count: found.points.length };
    this.title.textContent = fill(own ? words[`found_${KINDS[1 - found.kind]}`] : words.found_typed, values);
    this.list.replaceChildren(...found.points.map((point) => this.row(film, header, found, point)));
  }

  row(film, header, found, { index, far, right }) {
    const { words } = header;
    const row = document.createElement("li");
    const add = (kind, text) => {
      const part = document.createElement("span");
      part.className = kind;
      part.textContent = text;
      row.append(part);
      return part;
    };
    if (right !== undefined) {
      const mark = add(right ? "mark right" : "mark wrong", right ? "\u2713" : "\u2717");
      mark.setAttribute("role", "img");
      mark.setAttribute("aria-label", right ? words.right : words.wrong);
    }
    add("far", far.toFixed(2));
    const swatch = add("swatch", "");
    swatch.style.background = film.colours[film.labels[index]];
    const name = this.className(film, header, index);
    if (found.kind === 1) row.append(...this.picture(film, index, 22));
    const caption = found.kind === 0 ? this.caption(header, index) : "";
    const other = fill(words.other, { kind: words[KINDS[1 - found.kind]], number: index, name });
    const said = add("said", caption || other);
    said.title = `${other}${caption ? `: ${caption}` : ""}`;
    if (index === found.index) add("own", words.own);
    return row;
  }

  className(film, header, index) {
    return header.classes[film.labels[index]];
  }

  caption(header, index) {
    return header.captions?.[index] ?? "";
  }

  // An image of the film as large as asked for; nothing where it came without pixels.
  picture(film, index, size) {
    if (!film.pixels) return [];
    const name = [film.name, index, size].join();
    if (!this.drawn.has(name)) this.drawn.set(name, this.drawing(film, index, size));
    return [this.drawn.get(name)];
  }

  drawing({ pixels, side }, index, size) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [side, side];
    canvas.style.width = `${size}px`;
    canvas.className = "digit";
    const shown = new ImageData(side, side);
    for (let i = 0; i < side * side; i += 1) {
      const grey = 255 - pixels[index * side * side + i]; // ink on paper
      shown.data.set([grey, grey, grey, 255], 4 * i);
    }
    canvas.getContext("2d").putImageData(shown, 0, 0);
    return canvas;
  }
}
