// A map on which one pixel is chosen. Choices are [row, column].

const STEPS = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  Home: [0, -Infinity],
  End: [0, Infinity],
};

class PixelStepper extends choosing(PixelMap) {
  choiceSentence() {
    return this.pixelSentence(this.selected);
  }

  choiceAt({ row, column }) {
    return [row, column];
  }

  moved(key) {
    const step = STEPS[key];
    return step && this.inside(this.selected.map((at, axis) => at + step[axis]));
  }

  // The nearest pixel that the map has.
  inside(pixel) {
    return pixel.map((at, axis) => Math.min(Math.max(at, 0), this.size[axis] - 1));
  }

  code(pixel) {
    return pixel.join(".");
  }

  get gridSize() {
    return this.size;
  }

  placeOf(pixel) {
    return pixel;
  }
}
