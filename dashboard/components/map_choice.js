// A view on which one thing is chosen by click or by keys; the page and the link learn of it.

// For screen readers the field is a grid of one cell, the chosen one; its place is told.
const CHOICE = `
  <div class="chosen"></div>
  <div class="unseen" role="row"><span class="cell" role="gridcell" id="cell"></span></div>`;
const STATUS = `<p class="unseen" role="status"></p>`;

// View with a choice. A subclass of what this returns says what can be chosen: choiceAt(spot),
// moved(key), inside(choice), code(choice) as in the link, boxOf(choice), placeOf(choice) in a
// grid of gridSize, and choiceSentence().
const choosing = (View) => class extends View {
  constructor(root, ...rest) {
    super(root, ...rest);
    this.field.insertAdjacentHTML("beforeend", CHOICE);
    this.box.insertAdjacentHTML("beforeend", STATUS);
    this.take(["chosen", "cell"]);
    this.status = this.box.querySelector("[role=status]");
    this.field.tabIndex = 0;
    this.field.setAttribute("role", "grid");
    this.field.setAttribute("aria-activedescendant", "cell");
  }

  listen() {
    super.listen();
    this.field.addEventListener("click", (event) => {
      const spot = this.hit(event);
      if (spot) this.select(this.choiceAt(spot));
    });
    this.field.addEventListener("keydown", (event) => this.press(event));
  }

  receive(parts) {
    super.receive(parts);
    const { turn, selected } = this.header;
    this.courier ??= new Courier((next) => this.post(next), turn);
    this.courier.answer(turn);
    // The server's choice is older than the hand's until it has answered the newest turn.
    const old = this.moving || !this.courier.settled;
    if (this.wanted === undefined || !old) this.want(selected);
  }

  // What was wanted may lie beyond these maps, and null is the default: other maps may have
  // another one.
  want(choice) {
    this.wanted = this.code(choice) === this.code(this.header.default) ? null : choice;
  }

  get selected() {
    return this.inside(this.wanted ?? this.header.default);
  }

  describe() {
    super.describe();
    const [down, across] = this.gridSize;
    const [row, column] = this.placeOf(this.selected);
    this.field.setAttribute("aria-rowcount", down);
    this.field.setAttribute("aria-colcount", across);
    this.cell.parentElement.setAttribute("aria-rowindex", row + 1);
    this.cell.setAttribute("aria-colindex", column + 1);
    this.cell.setAttribute("aria-selected", this.header.selectable);
    this.cell.textContent = this.choiceSentence();
    this.frame(this.chosen, this.boxOf(this.selected));
  }

  alsoSaid() {
    const { words, selectable } = this.header;
    return [...super.alsoSaid(), selectable ? words.keys : ""];
  }

  restSentence() {
    return this.choiceSentence();
  }

  press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const next = this.moved(event.key);
    if (next === undefined) return;
    event.preventDefault(); // the page stays where it is
    this.select(next);
    this.hover(null); // the line speaks of what the keys move, wherever the pointer was left
    this.status.textContent = this.choiceSentence();
  }

  select(choice) {
    if (this.code(choice) === this.code(this.selected)) return;
    this.want(choice);
    this.describe();
    this.hover(this.spot);
    if (!this.header.selectable) return;
    this.moving = true;
    this.courier.offer();
    clearTimeout(this.linkTimer);
    this.linkTimer = setTimeout(() => this.settleLink(), LINK_AFTER_MS);
  }

  settleLink() {
    this.moving = false;
    writeLink(this.header.key, this.wanted === null ? null : this.code(this.wanted));
    this.courier.offer();
  }

  // What is sent is what holds now, not what held when it was offered: the newest choice wins.
  post(turn) {
    const moving = Boolean(this.moving);
    this.component.setStateValue("sent", { value: this.wanted, moving, turn });
  }

  close() {
    super.close();
    clearTimeout(this.linkTimer);
    this.courier?.close();
  }
};
