// The panel with a section's pictures: which one, how wide, as which file; and the section's code.

const WIDTHS = [800, 1600, 3200];
const LEAST = 100; // pixels
const MOST = 8000;
const MOST_AREA = 64e6; // pixels: browsers make no larger pictures
const PANEL = `
  <dialog aria-labelledby="title">
    <header><h2 id="title"></h2><button class="close" data-word="close"></button></header>
    <p class="none" data-word="none" hidden></p>
    <div class="some">
      <div class="pictures" role="radiogroup"></div>
      <div class="width"><label><span data-word="width"></span>
        <input type="number" min="${LEAST}" max="${MOST}" step="1"></label>
        <span class="presets"></span><output></output></div>
      <div class="files">
        <button data-file="png" data-word="png"></button>
        <button data-file="svg" data-word="svg"></button>
        <button data-file="csv" data-word="csv"></button></div>
      <p class="note"></p>
    </div>
    <h3 data-word="code"></h3>
    <p class="no-code" data-word="noCode" hidden></p>
    <div class="program"><div class="files"><button class="copy" data-word="copy"></button>
      <button data-file="py" data-word="python"></button></div>
      <pre tabindex="0"><code></code></pre></div>
    <p class="told" role="status"></p>
  </dialog>`;

class KeepPanel {
  constructor(host, data, pictures) {
    Object.assign(this, { data, pictures, at: 0, wide: WIDTHS[1] });
    this.root = host.shadowRoot;
    this.root.append(document.createRange().createContextualFragment(PANEL));
    this.panel = this.find("dialog");
    this.write();
    this.list();
    this.listen(host);
    this.tell();
    this.panel.showModal();
  }

  find(what) {
    return this.root.querySelector(what);
  }

  write() {
    const { words, code, heading } = this.data;
    this.root.querySelectorAll("[data-word]").forEach((part) => {
      part.textContent = words[part.dataset.word];
    });
    this.find("h2").textContent = fill(words.title, { section: heading });
    this.find("code").textContent = code;
    this.find(".program").hidden = !code;
    this.find(".no-code").hidden = Boolean(code);
    this.find(".none").hidden = this.pictures.length > 0;
    this.find(".some").hidden = !this.pictures.length;
    this.find(".pictures").setAttribute("aria-label", words.pictures);
    for (const width of WIDTHS) {
      const button = document.createElement("button");
      button.textContent = width;
      button.dataset.width = width;
      this.find(".presets").append(button);
    }
  }

  list() {
    this.find(".pictures").append(...this.pictures.map(({ label, drawing }, i) => {
      const choice = document.createElement("label");
      const radio = document.createElement("input");
      Object.assign(radio, { type: "radio", name: "picture", checked: !i });
      radio.addEventListener("change", () => this.choose(i));
      const small = document.createElement("img");
      small.alt = "";
      small.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawing.text)}`;
      const name = document.createElement("span");
      name.textContent = label;
      choice.append(radio, small, name);
      return choice;
    }));
  }

  listen(host) {
    this.panel.addEventListener("close", () => host.remove());
    this.panel.addEventListener("click", (event) => this.press(event.target));
    this.input = this.find("input[type=number]");
    this.input.addEventListener("input", () => this.setWidth(this.input.valueAsNumber));
    // What cannot be is put right when the hand is done, not while it types.
    this.input.addEventListener("change", () => { this.input.value = this.wide; });
    this.input.value = this.wide;
  }

  press(target) {
    if (target === this.panel || target.matches(".close")) this.panel.close(); // also beside it
    else if (target.matches(".copy")) this.copy();
    else if (target.dataset.width) {
      this.setWidth(Number(target.dataset.width));
      this.input.value = this.wide;
    } else if (target.dataset.file) this.save(target.dataset.file);
  }

  choose(at) {
    this.at = at;
    this.setWidth(this.wide);
    this.input.value = this.wide;
  }

  get picture() {
    return this.pictures[this.at];
  }

  setWidth(wanted) {
    const { width, height } = this.picture.drawing;
    const most = Math.min(MOST, Math.floor(Math.sqrt((MOST_AREA * width) / height)));
    this.wide = Math.round(Math.min(Math.max(wanted || LEAST, LEAST), most));
    this.tell();
  }

  tell() {
    if (!this.picture) return;
    const { words } = this.data;
    const height = heightFor(this.picture.drawing, this.wide);
    this.find("output").textContent = fill(words.size, { width: this.wide, height });
    this.root.querySelectorAll("[data-width]").forEach((button) => {
      button.setAttribute("aria-pressed", Number(button.dataset.width) === this.wide);
    });
    this.find("[data-file=csv]").disabled = !this.picture.tables.length;
    this.find(".note").textContent = this.note;
  }

  get note() {
    const { tables, element } = this.picture;
    if (!tables.length) return this.data.words.noNumbers;
    const isRounded = element.kept?.header.top !== undefined; // as map_values.js decodes them
    return isRounded ? this.data.words.digits : "";
  }

  async save(kind) {
    const { data, picture, wide } = this;
    const name = kind === "py" ? `${data.file}.py` : `${data.file}-${this.at + 1}.${kind}`;
    const made = {
      png: () => pngOf(picture.drawing, wide),
      svg: () => new Blob([resized(picture.drawing, wide)], { type: "image/svg+xml" }),
      csv: () => new Blob([BOM, csv(stacked(picture.tables))], { type: "text/csv" }),
      py: () => new Blob([data.code], { type: "text/x-python" }),
    };
    try {
      const file = await made[kind]();
      saveFile(name, file.type, file);
      this.say(fill(data.words.saved, { name }));
    } catch (error) {
      this.say(data.words.failed);
      throw error;
    }
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.data.code);
    } catch { // over http, browsers have only the old way
      getSelection().selectAllChildren(this.find("code"));
      document.execCommand("copy");
    }
    this.say(this.data.words.copied);
  }

  say(text) {
    this.find(".told").textContent = text;
  }
}
