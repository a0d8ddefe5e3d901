// The stage: space runs or pauses, L puts a ring around the pointer, ? lists the keys.

const RUN = ".st-key-run_start button"; // start, pause or go on: one button of the training panel
const LIST = ".st-key-stage_keys_list button";
const SMALLEST = { width: 1280, height: 720 }; // CSS pixels that lessons are laid out for

class StageKeys {
  constructor() {
    this.list = document.createElement("dialog");
    this.list.className = "stage-keys";
    this.ring = document.createElement("div");
    this.ring.className = "stage-ring";
    this.ring.hidden = true;
    document.body.append(this.list, this.ring);
    this.heard = {
      keydown: (event) => this.press(event),
      click: (event) => event.target.closest?.(LIST) && this.toggle(),
      pointermove: (event) => this.follow(event),
      resize: () => this.fit(),
    };
    for (const [kind, listener] of Object.entries(this.heard)) {
      window.addEventListener(kind, listener);
    }
    this.list.addEventListener("click", () => this.list.close());
    this.fit();
  }

  update({ data }) {
    const title = document.createElement("h2");
    title.textContent = data.title;
    const keys = document.createElement("dl");
    for (const [key, meaning] of data.keys) {
      const [term, told] = ["dt", "dd"].map((kind) => document.createElement(kind));
      term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
      told.textContent = meaning;
      keys.append(term, told);
    }
    this.list.replaceChildren(title, keys);
  }

  press(event) {
    const element = focused();
    if (!isPlain(event) || element?.matches("input, textarea, [contenteditable=true]")) return;
    if (event.key === "?") this.toggle();
    else if (event.key.toLowerCase() === "l") this.ring.hidden = !this.ring.hidden;
    // A button that has the keyboard is pressed by space itself.
    else if (event.key === " " && !element) this.run();
    else return;
    event.preventDefault();
  }

  run() {
    document.querySelector(RUN)?.click();
  }

  toggle() {
    if (this.list.open) this.list.close();
    else this.list.showModal();
  }

  follow({ clientX, clientY }) {
    this.ring.style.transform = `translate(${clientX}px, ${clientY}px)`;
  }

  // On a large screen everything grows, as if it were looked at from nearer.
  fit() {
    const { width, height } = SMALLEST;
    const times = Math.max(1, Math.min(innerWidth / width, innerHeight / height));
    document.documentElement.style.setProperty("--stage", times);
  }

  close() {
    for (const [kind, listener] of Object.entries(this.heard)) {
      window.removeEventListener(kind, listener);
    }
    document.documentElement.style.removeProperty("--stage");
    this.list.remove();
    this.ring.remove();
  }
}

export default listening(StageKeys);
