// What both components share: the payload's reader, the pacing of messages, the link, the words.

const ALIGN = 8; // parts begin at multiples of this: typed arrays are laid over them

// The inverse of pack() in browser.py: {header, parts}. The bytes are copied, because those of
// Streamlit's message may begin anywhere.
function unpack(bytes) {
  const copy = bytes.slice();
  const start = 4 + new DataView(copy.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(copy.subarray(4, start)));
  let at = start;
  const parts = header.sizes.map((size) => {
    const part = copy.subarray(at, at + size);
    at += Math.ceil(size / ALIGN) * ALIGN;
    return part;
  });
  return { header, parts };
}

// Sends to the server with one message unanswered at a time; what waits is replaced by what is
// newer, and the last is always sent. Each message has a turn number that the answer repeats.
// One, although Streamlit would keep a second waiting beside the running one: when a run follows
// the last without a pause, Streamlit throws away what the last has not delivered yet, which is
// the picture. (The answer comes when a run begins, so the next message is there when it ends.)
const LOST_AFTER_MS = 2000; // an answer so late (a failed run, a reconnect) is not waited for

class Courier {
  constructor(post, turn) {
    this.post = post;
    this.turn = turn; // of the newest message
    this.answered = turn;
    this.waiting = false;
  }

  // There is something to send: post() is called with its turn as soon as the way is free.
  offer() {
    this.waiting = true;
    this.pump();
  }

  answer(turn) {
    this.answered = Math.max(this.answered, turn);
    this.pump();
  }

  // Whether the server has answered all that was offered.
  get settled() {
    return !this.waiting && this.answered >= this.turn;
  }

  pump() {
    if (!this.waiting || this.answered < this.turn) return;
    this.waiting = false;
    this.turn += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.answer(this.turn), LOST_AFTER_MS);
    this.post(this.turn);
  }

  close() {
    clearTimeout(this.timer);
  }
}

// ?name=text in the address, other parameters kept; null takes the name away. Replaced, not
// pushed: the back button leaves the page, it does not walk back through a drag.
function writeLink(name, text) {
  const address = new URL(window.location.href);
  if (text === null) address.searchParams.delete(name);
  else address.searchParams.set(name, text);
  if (address.href === window.location.href) return;
  window.history.replaceState(window.history.state, "", address);
}

// fill("row {row}", {row: 3}): the sentences come translated from Python.
function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

const LINK_AFTER_MS = 200; // browsers refuse more than some 20 new addresses a second

// What Streamlit calls after every run: there is one view for each place on the page.
function mounted(View) {
  const views = new WeakMap();
  return (component) => {
    const root = component.parentElement;
    const view = views.get(root) ?? new View(root);
    views.set(root, view);
    view.update(component);
    return () => {
      view.close();
      views.delete(root);
    };
  };
}
