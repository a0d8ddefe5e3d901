// The Report page: what the visitor has added in the lessons, in order, with words, and as a file.

class ReportPage {
  constructor(root) {
    this.root = root.querySelector(".report");
    this.items = new Map(); // by the entries' ids
    this.removed = []; // what can be brought back, the newest last
    this.entries = [];
    this.leaving = () => this.flush();
    window.addEventListener("pagehide", this.leaving);
    this.stop = reportListen(() => this.draw());
    // Streamlit takes letters that are typed as its own keys.
    for (const kind of ["keydown", "keypress", "keyup"]) {
      this.root.addEventListener(kind, (event) => {
        if (event.composedPath()[0].matches("input, textarea")) event.stopPropagation();
      });
    }
  }

  update({ data }) {
    const text = JSON.stringify(data);
    if (this.text === text) return;
    this.text = text;
    Object.assign(this, data);
    this.build();
    this.draw();
  }

  build() {
    const { words } = this;
    const field = (name) => {
      const input = reportMake("input", { type: "text", maxlength: 200 });
      input.addEventListener("input", () => this.keepAbout());
      this[name] = input;
      return reportMake("label", {}, words[name], input);
    };
    this.head = reportMake("div", { class: "about" }, field("title"), field("author"));
    this.tools = reportMake("div", { class: "tools" });
    this.tool(words.saveHtml, () => this.saveHtml());
    this.tool(words.saveNotebook, () => this.saveNotebook());
    this.tool(words.print, () => window.print());
    this.tool(words.clear, () => this.clear());
    this.note = reportMake("p", { class: "note" });
    this.said = reportMake("p", { class: "said", role: "status" });
    this.undone = reportMake("div", { class: "undo", role: "status" });
    this.printed = reportMake("div", { class: "printed" });
    this.list = reportMake("ol");
    this.empty = this.emptyState();
    this.items.clear();
    reportDraggable(this.list, () => this.dropped());
    this.root.replaceChildren(
      this.printed, this.head, this.tools, this.note, this.said, this.undone, this.empty, this.list,
    );
  }

  tool(text, act) {
    const button = reportMake("button", { type: "button" }, text);
    button.addEventListener("click", act);
    this.tools.append(button);
  }

  emptyState() {
    const { page, title } = this.lesson;
    const link = reportMake("a", { href: page + window.location.search }, fill(this.words.toLesson, { title }));
    keepsSession(link, page);
    return reportMake("div", { class: "empty" }, reportMake("p", {}, this.words.empty), link);
  }

  async draw() {
    const [entries, about] = await Promise.all([reportAll(), reportAbout()]);
    this.entries = entries;
    this.layOut();
    this.drawAbout(about);
  }

  layOut() {
    const { entries, items, list } = this;
    const focus = this.focus;
    entries.forEach((entry, i) => {
      const item = items.get(entry.id) ?? new ReportItem(entry, this);
      items.set(entry.id, item);
      item.show(entry, i, entries.length);
      if (list.children[i] !== item.box) list.insertBefore(item.box, list.children[i] ?? null);
    });
    while (list.children.length > entries.length) list.lastElementChild.remove();
    const ids = new Set(entries.map((entry) => entry.id));
    for (const id of items.keys()) if (!ids.has(id)) items.delete(id);
    if (focus !== this.focus) focus?.focus({ preventScroll: true }); // what is moved loses it
    this.root.dataset.entries = entries.length;
  }

  get focus() {
    return this.root.getRootNode().activeElement;
  }

  drawAbout(about) {
    for (const name of ["title", "author"]) {
      if (this[name] !== this.focus) this[name].value = about[name];
    }
    const some = this.entries.length > 0;
    this.empty.hidden = some;
    this.head.hidden = this.tools.hidden = !some;
    const how = reportKept();
    this.note.textContent = some || how !== "kept" ? this.words[how] : "";
    this.note.classList.toggle("warning", how !== "kept");
    this.drawPrinted();
    this.drawUndo();
  }

  drawPrinted() {
    const title = this.title.value || this.words.untitled;
    const author = reportMake("p", {}, this.author.value);
    this.printed.replaceChildren(reportMake("h1", {}, title), author);
  }

  drawUndo() {
    const { words } = this;
    this.undone.replaceChildren();
    const last = this.removed.at(-1);
    if (!last) return;
    const told = last.length > 1 ? fill(words.removedAll, { count: last.length })
      : fill(words.removed, { section: last[0].section });
    const undo = reportMake("button", { type: "button" }, words.undo);
    undo.addEventListener("click", () => this.undo());
    this.undone.append(reportMake("span", {}, told), undo);
  }

  keepAbout() {
    this.drawPrinted();
    return reportPutAbout({ title: this.title.value, author: this.author.value });
  }

  async keep(entry) {
    await reportPut(entry);
    await this.draw();
  }

  flush() {
    return Promise.all([...this.items.values()].map((item) => item.flush()));
  }

  async move(item, by) {
    const to = item.place + by;
    if (to < 0 || to >= this.entries.length) return;
    const ids = this.entries.map((entry) => entry.id);
    ids.splice(to, 0, ...ids.splice(item.place, 1));
    const kept = this.order(ids);
    item.box.scrollIntoView({ block: "nearest" });
    this.said.textContent = fill(this.words.moved, { place: to + 1, count: ids.length });
    await kept;
  }

  dropped() {
    const ids = new Map([...this.items].map(([id, item]) => [item.box, id]));
    return this.order([...this.list.children].map((box) => ids.get(box)));
  }

  // The same places, given to the entries in another order: only what has moved is written.
  async order(ids) {
    const typed = this.flush();
    const places = this.entries.map((entry) => entry.place);
    places.forEach((place, i) => { places[i] = Math.max(place, (places[i - 1] ?? -Infinity) + 1); });
    const entries = ids.map((id) => this.items.get(id).entry);
    this.entries = entries.map((entry, i) => ({ ...entry, place: places[i] }));
    this.layOut();
    await Promise.all([
      typed, reportPut(...this.entries.filter(({ place }, i) => place !== entries[i].place)),
    ]);
  }

  async remove(item) {
    await item.flush();
    this.removed.push([item.entry]);
    await reportDelete(item.entry.id);
    await this.draw();
    this.undone.querySelector("button").focus();
  }

  async clear() {
    await this.flush();
    this.removed.push(await reportAll());
    await reportClear();
    await this.draw();
    this.undone.querySelector("button").focus();
  }

  async undo() {
    const back = this.removed.pop();
    await reportPut(...back);
    await this.draw();
    this.items.get(back[0].id)?.box.focus();
  }

  async whole() {
    await this.flush();
    const [entries, about] = await Promise.all([reportAll(), reportAbout()]);
    const { words, lang, setup, style } = this;
    return { about, entries, words, lang, setup, style };
  }

  async saveHtml() {
    const report = await this.whole();
    const name = `${fileName(report.about.title, "report")}.html`;
    saveFile(name, "text/html;charset=utf-8", reportHtml(report));
  }

  async saveNotebook() {
    const report = await this.whole();
    const name = `${fileName(report.about.title, "report")}.ipynb`;
    saveFile(name, "application/x-ipynb+json", reportNotebook(report));
  }

  close() {
    this.flush();
    this.stop();
    window.removeEventListener("pagehide", this.leaving);
  }
}

export default mounted(ReportPage);
