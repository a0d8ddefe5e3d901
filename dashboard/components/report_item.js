// One entry of the report on its page: its pictures, the visitor's words, and what can be done.

const REPORT_TYPING_MS = 250; // of rest before words are kept

class ReportItem {
  // page: {words, lang, move(item, by), remove(item), keep(entry)}; fixed for the item's life.
  constructor(entry, page) {
    this.page = page;
    const { words, lang } = page;
    this.text = reportMake("textarea", { rows: 4, placeholder: words.placeholder });
    this.printed = reportMake("p", { class: "printed", "aria-hidden": true });
    this.buttons = reportMake("div", { class: "buttons" });
    this.up = this.button("↑", words.up, () => page.move(this, -1));
    this.down = this.button("↓", words.down, () => page.move(this, 1));
    this.button(words.remove, words.remove, () => page.remove(this));
    this.head = reportMake(
      "header", {},
      reportMake("span", { class: "grip", draggable: true, title: words.drag, "aria-hidden": true }, "⠿"),
      reportMake("div", {}, reportMake("h2", {}, entry.section), reportWhere(entry, words, lang)),
      this.buttons,
    );
    const pictures = reportMake("div", { class: "pictures" }, ...entry.pictures.map(reportFigure));
    const told = reportMake(
      "div", { class: "told" },
      reportMake("label", {}, words.yours, this.text), this.printed,
      ...this.numbers(entry), ...reportCode(entry, words),
    );
    const body = reportMake("div", { class: "body" }, pictures, told);
    const article = reportMake("article", { "aria-label": entry.section }, this.head, body);
    this.box = reportMake("li", { tabindex: -1 }, article);
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("change", () => this.flush());
    this.box.addEventListener("keydown", (event) => this.press(event));
  }

  button(text, label, act) {
    const button = reportMake("button", { type: "button", "aria-label": label, title: label }, text);
    button.addEventListener("click", act);
    this.buttons.append(button);
    return button;
  }

  numbers(entry) {
    const { words } = this.page;
    const parts = entry.pictures.flatMap(({ label, csv }, i) => {
      if (!csv) return [];
      const file = reportCsvName(entry, i);
      const save = reportMake("button", { type: "button" }, fill(words.saveNumbers, { file }));
      save.addEventListener("click", () => saveFile(file, "text/csv;charset=utf-8", csv));
      return [reportMake("h3", {}, label), ...reportTable(csv, words), save];
    });
    return parts.length ? [reportFold(words.numbers, ...parts)] : [];
  }

  // What the store has: words that are being typed here are newer.
  show(entry, place, count) {
    this.entry = entry;
    this.place = place;
    if (!this.unkept) this.text.value = this.printed.textContent = entry.words;
    this.up.setAttribute("aria-disabled", place === 0);
    this.down.setAttribute("aria-disabled", place === count - 1);
  }

  typed() {
    this.unkept = true;
    this.printed.textContent = this.text.value;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), REPORT_TYPING_MS);
  }

  async flush() {
    if (!this.unkept) return;
    clearTimeout(this.timer);
    const words = this.text.value;
    this.entry = { ...this.entry, words };
    await this.page.keep(this.entry);
    this.unkept = this.text.value !== words; // more has been typed meanwhile
  }

  press(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by || !event.altKey || event.target === this.text) return;
    event.preventDefault();
    this.page.move(this, by);
  }
}
