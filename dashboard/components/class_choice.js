// A legend whose classes are chosen by click or by keys. None chosen means all.

const STEPS = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 };

class ClassChoice {
  constructor(root) {
    this.box = root.querySelector(".choice");
    this.box.addEventListener("click", (event) => {
      const row = event.target.closest("button");
      if (row) this.toggle(row);
    });
    this.box.addEventListener("keydown", (event) => this.press(event));
  }

  update(component) {
    const { header } = unpack(component.data);
    this.component = component;
    this.courier ??= new Courier((turn) => this.post(turn), header.turn);
    this.courier.answer(header.turn);
    if (this.html !== header.html) {
      const at = this.rows.indexOf(this.box.getRootNode().activeElement);
      this.box.innerHTML = this.html = header.html;
      this.reach(Math.max(at, 0));
      if (at >= 0) this.rows[at]?.focus();
    }
    this.box.setAttribute("aria-label", header.label);
    // The server's choice is older than the hand's until it has answered the newest turn.
    if (!this.chosen || this.courier.settled) this.chosen = new Set(header.chosen);
    this.mark();
  }

  get rows() {
    return [...this.box.querySelectorAll("button")];
  }

  toggle(row) {
    const number = Number(row.dataset.number);
    if (!number) this.chosen.clear();
    else if (!this.chosen.delete(number)) this.chosen.add(number);
    this.reach(this.rows.indexOf(row));
    this.mark();
    this.courier.offer();
  }

  mark() {
    for (const row of this.rows) {
      const number = Number(row.dataset.number);
      const on = number ? this.chosen.has(number) : !this.chosen.size;
      row.setAttribute("aria-pressed", on);
      row.classList.toggle("pale", Boolean(number) && this.chosen.size > 0 && !on);
    }
  }

  // The legend is one stop of the Tab key; the arrows go from class to class.
  press(event) {
    const rows = this.rows;
    const at = rows.indexOf(event.target);
    const last = rows.length - 1;
    const to = { Home: 0, End: last }[event.key] ?? at + STEPS[event.key];
    if (at < 0 || Number.isNaN(to) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.reach(Math.min(Math.max(to, 0), last));
    this.rows.find((row) => row.tabIndex === 0).focus();
  }

  reach(index) {
    this.rows.forEach((row, i) => { row.tabIndex = i === index ? 0 : -1; });
  }

  post(turn) {
    const value = [...this.chosen].sort((a, b) => a - b);
    this.component.setStateValue("sent", { value, turn });
  }

  close() {
    this.courier?.close();
  }
}
