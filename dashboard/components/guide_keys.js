// Arrow keys and a presenter's remote step through a guided path; each step scrolls the page.

const BY = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };
const LAID_OUT_MS = [0, 500, 1500]; // what is above may still grow
const SCROLLED_BY_HAND = ["wheel", "touchmove", "pointerdown"];

// Only a page that nothing has the keyboard of, or the buttons of the path and of the stage.
function isFree() {
  const element = focused();
  return !element || Boolean(element.closest(".st-key-path_head, .st-key-stage_bar"));
}

class GuideKeys {
  constructor() {
    this.pressed = (event) => this.press(event);
    this.leave = () => this.timers.forEach(clearTimeout);
    this.timers = [];
    document.addEventListener("keydown", this.pressed);
    SCROLLED_BY_HAND.forEach((kind) => window.addEventListener(kind, this.leave));
  }

  update({ data, setTriggerValue }) {
    this.send = setTriggerValue;
    if (this.at === data.at) return;
    this.at = data.at;
    this.leave();
    this.timers = LAID_OUT_MS.map((after) => setTimeout(() => this.scroll(data.place), after));
  }

  press(event) {
    const by = BY[event.key];
    if (!by || event.shiftKey || !isPlain(event) || !isFree()) return;
    event.preventDefault();
    this.send("by", by);
  }

  scroll(place) {
    document.querySelector(`.st-key-${place}`)?.scrollIntoView({ block: "start" });
  }

  close() {
    this.leave();
    document.removeEventListener("keydown", this.pressed);
    SCROLLED_BY_HAND.forEach((kind) => window.removeEventListener(kind, this.leave));
  }
}

export default listening(GuideKeys);
