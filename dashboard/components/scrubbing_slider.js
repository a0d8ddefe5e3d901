// A slider that needs no server while it moves, and tells the server what the browser has.
class ScrubbingSlider extends LiveSlider {
  get scrubs() {
    return true;
  }

  tell() {
    super.tell();
    this.follow?.(this.position);
  }

  post(turn) {
    const sent = { value: this.value, moving: this.moving, turn, have: this.have?.() ?? "" };
    this.component.setStateValue("sent", sent);
  }
}
