// Scales of a plot: what is where, which numbers are written beside it, and how.

const SMALLEST_TICK = 34; // CSS pixels between two numbers, at least
const SMALLEST_POWER = 18; // CSS pixels between two powers of ten, at least
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

// 1, 2 or 5 times a power of ten apart, at most `count` of them.
function roundSteps(low, high, count) {
  const least = (high - low) / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= least * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

// Whole powers of ten, every second or third of them where more than `count` were too many; where
// there are fewer than two, 1, 2 and 5 times them.
function powers(low, high, count) {
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const made = (factors) => {
    const all = [];
    for (let power = from; power <= to; power += 1) {
      for (const factor of factors) all.push(factor * 10 ** power);
    }
    return all.filter((value) => value >= low * 0.999 && value <= high * 1.001);
  };
  const few = made([1]);
  if (few.length < 2) return made([1, 2, 5]);
  const every = Math.ceil(few.length / Math.max(count, 2));
  return few.filter((value) => Math.round(Math.log10(value)) % every === 0);
}

// "10⁻⁷", "1.5 × 10⁻⁷"
function powerText(value) {
  const [digits, power] = value.toExponential(2).split("e");
  const raised = power.replace("+", "").replace("-", "⁻").replace(/\d/g, (digit) => RAISED[digit]);
  const factor = String(Number(digits)).replace("-", "\u2212");
  return factor === "1" ? `10${raised}` : `${factor}\u202f×\u202f10${raised}`;
}

// Three significant digits with thin spaces: 4 210, 0.482, −13.
function numberText(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size && (size < 0.99e-4 || size > 9.9e5)) return powerText(value);
  const text = size >= 100 || value === 0 ? Math.round(value) : Number(value.toPrecision(3));
  const spaced = Number.isInteger(text)
    ? String(text).replace(/\B(?=(\d{3})+$)/g, "\u202f") : String(text);
  return spaced.replace("-", "\u2212");
}

function percentText(value) {
  return `${numberText(100 * value)}\u202f%`;
}

class Scale {
  constructor(low, high, from, to, log = false) {
    Object.assign(this, { low, high, from, to, log });
    const [a, b] = log ? [Math.log10(low), Math.log10(high)] : [low, high];
    this.slope = (to - from) / (b - a || 1);
    this.foot = from - this.slope * a;
  }

  at(value) {
    return this.foot + this.slope * (this.log ? Math.log10(Math.max(value, 1e-30)) : value);
  }

  ticks(room) {
    const count = Math.floor(Math.abs(this.to - this.from) / room);
    return (this.log ? powers : roundSteps)(this.low, this.high, count);
  }
}
