// Where points are at a stage, on their way to another one, and on the screen.

const MOVE_MS = 160; // of a move from stage to stage
const MARGIN = 14; // CSS pixels around all points

class SpaceMotion {
  constructor(field) {
    this.field = field;
    this.turned = [0.6, 0.35]; // around the upright axis, and up
    this.at = 0;
    this.still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  // film: {name, count, stages, dims, places (of each stage images, then texts), labels, colours};
  // deep: whether it is seen as space.
  take(film, deep) {
    if (this.film === film && this.deep === deep) return;
    const same = this.film?.name === film.name;
    [this.film, this.deep] = [film, deep];
    this.points = 2 * film.count;
    this.order = Array.from({ length: this.points }, (_, i) => (i % 2) * film.count + (i >> 1));
    if (!same || this.now.length !== this.points * film.dims) this.now = null;
    this.fit();
  }

  stage(at) {
    const size = this.points * this.film.dims;
    return this.film.places.subarray(at * size, (at + 1) * size);
  }

  // One scale for all stages: what moves is the points.
  fit() {
    const { dims, places } = this.film;
    const low = Array(dims).fill(Infinity);
    const high = Array(dims).fill(-Infinity);
    for (let i = 0; i < places.length; i += 1) {
      const axis = i % dims;
      if (places[i] < low[axis]) low[axis] = places[i];
      if (places[i] > high[axis]) high[axis] = places[i];
    }
    this.middle = low.map((value, axis) => (value + high[axis]) / 2);
    this.half = high.map((value, axis) => (value - low[axis]) / 2 || 1);
    this.reach = 0; // from the middle to the outermost point: what is turned stays inside
    for (let i = 0; i < places.length; i += dims) {
      const far = Math.hypot(...this.middle.map((value, axis) => places[i + axis] - value));
      if (far > this.reach) this.reach = far;
    }
  }

  show(at, instantly = false) {
    if (at === this.at && this.now && !instantly) return this.draw();
    const target = this.stage(at);
    this.at = at;
    cancelAnimationFrame(this.frame);
    if (instantly || this.still || !this.now) {
      this.now = Float32Array.from(target);
      return this.draw();
    }
    const from = Float32Array.from(this.now);
    const began = performance.now();
    const step = (time) => {
      const share = Math.min(Math.max((time - began) / MOVE_MS, 0), 1);
      const eased = share * (2 - share);
      for (let i = 0; i < from.length; i += 1) this.now[i] = from[i] + (target[i] - from[i]) * eased;
      this.draw();
      if (share < 1) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
    return undefined;
  }

  // Screen places of all points, and how near they are to the eye.
  project() {
    const { dims } = this.film;
    const [width, height] = [this.field.clientWidth, this.field.clientHeight];
    const [acrossRoom, downRoom] = [width / 2 - MARGIN, height / 2 - MARGIN];
    const unit = this.deep
      ? Math.min(acrossRoom, downRoom) / this.reach
      : Math.min(acrossRoom / this.half[0], downRoom / this.half[1]);
    const [sinY, cosY] = [Math.sin(this.turned[0]), Math.cos(this.turned[0])];
    const [sinX, cosX] = [Math.sin(this.turned[1]), Math.cos(this.turned[1])];
    this.placeOf = (values, i) => {
      let x = values[dims * i] - this.middle[0];
      let y = values[dims * i + 1] - this.middle[1];
      let z = 0;
      if (this.deep) {
        const depth = values[dims * i + 2] - this.middle[2];
        [x, z] = [cosY * x + sinY * depth, cosY * depth - sinY * x];
        [y, z] = [cosX * y - sinX * z, sinX * y + cosX * z];
      }
      return [width / 2 + unit * x, height / 2 - unit * y, z / this.reach];
    };
    this.screen = Array.from({ length: this.points }, (_, i) => this.placeOf(this.now, i));
  }

  turn(around, up) {
    this.turned = [around, Math.min(Math.max(up, -1.5), 1.5)];
    this.draw();
  }
}
