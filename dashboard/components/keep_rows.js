// The numbers behind a picture as rows of cells, and rows as a file.

const OUTERMOST = 30_000; // of a place in the common space, as common_space.py sends it
const BOM = "\ufeff"; // without it Excel takes UTF-8 for something else

function csv(rows) {
  return rows.map((row) => Array.from(row, cell).join(",") + "\r\n").join("");
}

// RFC 4180. A text that a spreadsheet would take for a formula is marked as a text.
function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return Number.isNaN(value) ? "" : String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// The cells of each table.
function tableRows(tables) {
  return tables.map((table) => {
    const rows = [...table.rows].map((row) => [...row.cells].flatMap((part) => [
      number(part.innerText), ...Array(part.colSpan - 1).fill(""),
    ]));
    const used = (column) => rows.some((row) => (row[column] ?? "") !== "");
    const width = Math.max(0, ...rows.map((row) => row.length));
    const columns = Array.from({ length: width }, (_, i) => i).filter(used);
    const written = rows.map((row) => columns.map((column) => row[column] ?? ""));
    if (table.matches(".bars")) written.unshift(["name", "value"]);
    return written;
  }).filter((rows) => rows.length);
}

// One below the other, with a blank row between them.
function stacked(tables) {
  return tables.flatMap((rows, i) => (i ? [[""], ...rows] : rows));
}

// What is written as a number is one: thin spaces and the long minus are for people.
function number(text) {
  const joined = text.trim().replace(/(\d)[\u202f\u2009\u00a0](?=\d{3})/g, "$1");
  const plain = joined.replace(/^\u2212/, "-");
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : text.replace(/\s+/g, " ").trim();
}

// What Python has written beside a picture of HTML (kept_rows.py).
function writtenRows(element) {
  const inside = [element, ...element.querySelectorAll("[data-rows]")];
  const written = inside.map((part) => part.dataset.rows).filter(Boolean);
  const told = (value) => (typeof value === "string" ? number(value) : value);
  return written.map((text) => JSON.parse(text).map((row) => row.map(told)));
}

// What views tell that know their numbers and are not pictures by themselves: rows, or views of
// ours.
function toldRows(element) {
  const inside = [element, ...element.querySelectorAll("*")].filter((part) => part.tellRows);
  const told = inside.flatMap((part) => part.tellRows());
  return told.map((part) => (Array.isArray(part) ? part : viewRows(part))).filter(Boolean);
}

// What a view of ours shows, by the kind of view; null where it has no numbers.
function viewRows(view) {
  if (view.film) return pointRows(view);
  if (view.layers) return view.base ? sceneRows(view) : null;
  if (view.coloursAt) return view.values ? pixelRows(view) : null;
  if (view.lines && view.x) return lineRows(view);
  return view.values && view.header?.shape ? mapRows(view) : null;
}

function mapRows({ header, values }) {
  const [count, height, width] = header.shape;
  const side = header.factor ?? 1; // of the blocks whose means these are
  const rows = [["channel", "row", "column", "value"]];
  for (let i = 0; i < count * height * width; i += 1) {
    const channel = Math.floor(i / width / height);
    const row = Math.floor(i / width) % height;
    const name = header.names?.[channel] ?? channel;
    rows.push([name, row * side, (i % width) * side, values[i]]);
  }
  return rows;
}

function pixelRows(view) {
  const [, height, width] = view.header.shape;
  const rows = [["row", "column", "red", "green", "blue"]];
  for (let i = 0; i < height * width; i += 1) {
    rows.push([Math.floor(i / width), i % width, ...view.coloursAt(i)]);
  }
  return rows;
}

// The classes of a scene's pixels, and the colours of its picture.
function sceneRows(view) {
  const [height, width] = view.size;
  const { data } = view.picture();
  const classes = ["truth", "prediction"].filter((what) => view.numbers(what));
  const rows = [["row", "column", "red", "green", "blue", ...classes]];
  for (let i = 0; i < height * width; i += 1) {
    const [row, column] = [Math.floor(i / width), i % width];
    const named = classes.map((what) => view.classAt(what, [row, column]));
    const names = named.map((number) => (number ? view.className(number) : ""));
    rows.push([row, column, ...data.subarray(4 * i, 4 * i + 3), ...names]);
  }
  return rows;
}

// The points of the common space at its present stage; 1 is how far out the outermost ever is.
function pointRows({ film, header, plot, at }) {
  const { dims } = plot.film;
  const places = plot.stage(at);
  const rows = [["number", "kind", "class", ...["x", "y", "z"].slice(0, dims)]];
  for (let i = 0; i < 2 * film.count; i += 1) {
    const kind = header.words[i < film.count ? "image" : "text"];
    const own = places.subarray(dims * i, dims * (i + 1));
    const where = Array.from(own, (value) => short(value / OUTERMOST));
    rows.push([i % film.count, kind, header.classes[film.labels[i % film.count]], ...where]);
  }
  return rows;
}

function lineRows({ header, x, lines }) {
  const { xLabel, xNames } = header;
  const columns = [[xLabel, x]];
  if (xNames.length) columns.push(["name", xNames]);
  for (const { name, letter, values, spread, band } of lines) {
    const called = [letter, name].filter(Boolean).join(" ");
    columns.push([called, values]);
    if (spread) columns.push([`${called} ±`, spread]);
    else if (band) columns.push([`${called} min`, band[0]], [`${called} max`, band[1]]);
  }
  const rows = Array.from(x, (_, i) => columns.map(([, list]) => short(list[i])));
  return [columns.map(([name]) => name), ...rows];
}

// 32 bits hold seven digits: 0.1 is not 0.10000000149011612.
function short(value) {
  return typeof value === "number" ? Number(value.toPrecision(7)) : value;
}
