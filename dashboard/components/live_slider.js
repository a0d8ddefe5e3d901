class LiveSlider {
  constructor(root) {
    const box = root.querySelector(".slider");
    box.innerHTML = `
      <div class="line"><label for="hand"></label><output for="hand"></output></div>
      <input type="range" id="hand">
      <p class="help" id="help" hidden></p>
      <figure hidden></figure>`;
    this.label = box.querySelector("label");
    this.output = box.querySelector("output");
    this.hand = box.querySelector("input");
    this.help = box.querySelector(".help");
    this.figure = box.querySelector("figure");
    this.moving = false; // from the first move until the address has the value
    this.hand.addEventListener("input", () => this.moved());
    // "change" stays out where a drag comes back to where it began.
    for (const end of ["change", "pointerup", "pointercancel", "keyup", "blur"]) {
      this.hand.addEventListener(end, () => this.moving && this.letGo());
    }
  }

  update(component) {
    const { header, parts } = unpack(component.data);
    this.component = component;
    this.header = header;
    this.courier ??= new Courier((turn) => this.post(turn), header.turn);
    this.courier.answer(header.turn);
    this.label.textContent = header.label;
    this.help.textContent = header.help;
    this.help.hidden = !header.help;
    this.setBounds();
    // The server's value is older than the hand's until it has answered the newest turn.
    if (!this.moving && this.courier.settled) this.hand.value = header.value;
    if (header.frames) this.takeFrames(header.frames, parts);
    this.tell();
  }

  setBounds() {
    const { min, max, step, label } = this.header;
    const bounds = { min, max, step, "aria-label": label };
    for (const [name, value] of Object.entries(bounds)) {
      if (this.hand.getAttribute(name) !== String(value)) this.hand.setAttribute(name, value);
    }
    if (this.header.help) this.hand.setAttribute("aria-describedby", "help");
  }

  takeFrames(frames, parts) {
    this.figure.hidden = false;
    this.view ??= new FrameView(this.figure);
    this.view.take(frames, parts);
    // Asked again after each answer that did not bring them.
    if (!this.scrubs && this.courier.settled) this.courier.offer();
  }

  get value() {
    return this.hand.valueAsNumber;
  }

  get position() {
    return Math.round((this.value - this.header.min) / this.header.step);
  }

  get count() {
    return Math.round((this.header.max - this.header.min) / this.header.step) + 1;
  }

  get text() {
    const { texts, decimals, unit } = this.header;
    if (texts) return texts[this.position];
    const number = this.value.toFixed(decimals).replace("-", "\u2212");
    return unit ? `${number}\u202f${unit}` : number;
  }

  // Whether the browser has all pictures and needs no server to follow the hand.
  get scrubs() {
    return Boolean(this.header.frames) && this.view.holds(this.count);
  }

  tell() {
    const { min, max } = this.header;
    const share = max > min ? (this.value - min) / (max - min) : 0;
    this.hand.style.setProperty("--share", share);
    this.hand.setAttribute("aria-valuetext", this.text);
    this.output.textContent = this.text;
    if (this.header.frames) this.view.show(this.position, this.text);
  }

  moved() {
    this.moving = true;
    this.tell();
    if (!this.scrubs) this.courier.offer();
  }

  // A drag ended, or a key was pressed: the address follows once the keys rest, and the last
  // message tells the server that it may write the address down, too.
  letGo() {
    clearTimeout(this.linkTimer);
    this.linkTimer = setTimeout(() => {
      this.moving = false;
      const { key, default: usual } = this.header;
      writeLink(key, this.value === usual ? null : String(this.value));
      this.courier.offer();
    }, LINK_AFTER_MS);
  }

  // What is sent is what holds now, not what held when it was offered: the newest value wins.
  post(turn) {
    const name = this.header.frames?.name;
    const sent = { value: this.value, moving: this.moving, turn };
    if (name) sent[this.scrubs ? "have" : "want"] = name;
    this.component.setStateValue("sent", sent);
  }

  close() {
    clearTimeout(this.linkTimer);
    this.courier?.close();
  }
}
