// The numbers of the maps: decoding, ranges, and how a number is written.

const DIGITS = 900; // three significant digits: 100 to 999 (three_digits.py is the other side)
const DECADES = 36;
const NEGATIVE = DECADES * DIGITS;
const ZERO = 2 * NEGATIVE;

const tables = new Map(); // top power of ten -> number of each code

function numbersOf(top) {
  if (tables.has(top)) return tables.get(top);
  const numbers = new Float64Array(65536).fill(NaN);
  for (let below = 0; below < DECADES; below += 1) {
    for (let digits = 0; digits < DIGITS; digits += 1) {
      // Parsed, not multiplied: 1.23 is to be the number that is written 1.23.
      const number = Number(`${digits + 100}e${top - 2 - below}`);
      numbers[below * DIGITS + digits] = number;
      numbers[NEGATIVE + below * DIGITS + digits] = -number;
    }
  }
  numbers[ZERO] = 0;
  numbers[ZERO + 2] = Infinity;
  numbers[ZERO + 3] = -Infinity;
  tables.set(top, numbers);
  return numbers;
}

function decode(bytes, top) {
  const codes = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  const numbers = numbersOf(top);
  const values = new Float64Array(codes.length);
  for (let i = 0; i < codes.length; i += 1) values[i] = numbers[codes[i]];
  return values;
}

// [smallest, largest] of the finite values; [0, 0] where there is none.
function rangeOf(values) {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    if (value < low && value > -Infinity) low = value;
    if (value > high && value < Infinity) high = value;
  }
  return low > high ? [0, 0] : [low, high];
}

// What the colours span: signed scales lie even around zero.
function spanOf([low, high], signed) {
  if (!signed) return [low, high];
  const most = Math.max(Math.abs(low), Math.abs(high));
  return [-most, most];
}

// Three significant digits: 0.482, −13.0, 1.20 × 10⁻⁷.
function written(value, unit = "") {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "–";
  const size = Math.abs(value);
  let text = value === 0 ? "0" : value.toPrecision(3);
  if (size >= 1e5 || (size > 0 && size < 1e-3)) {
    const [digits, power] = value.toExponential(2).split("e");
    const raised = power.replace("+", "").replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);
    text = `${digits}\u202f×\u202f10${raised.replace("-", "⁻")}`;
  } else if (size >= 1000) {
    text = String(Number(text));
  }
  return text.replace("-", "\u2212") + (unit ? `\u202f${unit}` : "");
}
