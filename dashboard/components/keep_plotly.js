// A plotly chart: its layers as one drawing, and its numbers.

const HANDS = ".hoverlayer, .draglayer, .zoomlayer, .menulayer, .modebar-container";
const CHANNELS = ["x", "y", "z", "labels", "values", "text"];
const ERRORS = ["error_x", "error_y"];

// <g>: plotly draws into several SVG of one size, with canvases between them for WebGL.
function chart(element) {
  const group = svg("g");
  const place = element.getBoundingClientRect();
  for (const layer of element.querySelectorAll(".main-svg, .gl-container canvas")) {
    const box = layer.getBoundingClientRect();
    const there = { x: box.x - place.x, y: box.y - place.y, width: box.width, height: box.height };
    if (layer.localName === "canvas") group.append(picture(glPicture(layer), there, {}));
    else {
      const copy = layer.cloneNode(true);
      copy.querySelectorAll(HANDS).forEach((part) => part.remove());
      copy.removeAttribute("style");
      copy.removeAttribute("class");
      copy.setAttribute("x", rounded(there.x));
      copy.setAttribute("y", rounded(there.y));
      group.append(copy);
    }
  }
  return group;
}

// A WebGL canvas may be emptied once it is shown: then there is nothing but what was kept.
function glPicture(canvas) {
  try {
    return canvas.toDataURL();
  } catch {
    return "data:,";
  }
}

// "Norm of the gradient <i>g</i>" without its marks
function bare(text) {
  const made = document.createElement("template");
  made.innerHTML = String(text ?? "").replace(/<br\s*\/?>/g, " ");
  return made.content.textContent.trim();
}

function chartTitle(element) {
  return bare(element.layout?.title?.text);
}

// "error / channels n", where a chart has no title.
function axesTitle({ layout = {} }) {
  const names = ["yaxis", "xaxis"].map((axis) => bare(layout[axis]?.title?.text));
  return names.filter(Boolean).join(" / ");
}

// A row a point: trace, and what of x, y, z, ... the traces have.
function chartRows(element) {
  const all = element._fullData ?? element.data ?? [];
  const traces = all.filter(({ visible }) => visible !== false);
  if (traces.length === 1 && traces[0].type === "heatmap") return heatRows(traces[0]);
  const points = traces.flatMap((trace) => pointsOf(trace, nameOf(trace, element)));
  const used = [...CHANNELS, ...ERRORS].filter((name) => points.some((point) => name in point));
  if (!used.length) return null;
  const rows = points.map((point) => [point.trace, ...used.map((name) => point[name] ?? "")]);
  return [["trace", ...used], ...rows];
}

// Where a trace has no name, that of the axis that it stands on.
function nameOf({ index = 0, yaxis = "y" }, { data, layout = {} }) {
  const axis = layout[yaxis.replace("y", "yaxis")];
  return bare(data?.[index]?.name) || bare(axis?.title?.text) || String(index + 1);
}

// As it is drawn: a row of the map is a row.
function heatRows({ x, y, z }) {
  const head = x ?? Array.from(z[0], (_, i) => i);
  return [["", ...head], ...Array.from(z, (line, i) => [y?.[i] ?? i, ...line])];
}

function pointsOf(trace, name) {
  const isList = (values) => values?.length && typeof values !== "string";
  if (isList(trace.z?.[0])) return cellsOf(trace, name);
  const lists = CHANNELS.filter((channel) => isList(trace[channel]));
  const errors = ERRORS.filter((error) => trace[error]?.array?.length);
  const count = Math.max(0, ...lists.map((channel) => trace[channel].length));
  return Array.from({ length: count }, (_, i) => {
    const point = { trace: name };
    for (const channel of lists) point[channel] = told(trace[channel][i]);
    for (const error of errors) point[error] = trace[error].array[i];
    return point;
  });
}

// Of a heat map among other traces: x, y and z of each cell.
function cellsOf({ x, y, z }, name) {
  return Array.from(z).flatMap((line, row) => Array.from(line, (value, column) => ({
    trace: name, x: told(x?.[column] ?? column), y: told(y?.[row] ?? row), z: value,
  }))).filter((point) => point.z === point.z); // where there is nothing, nothing is drawn
}

function told(value) {
  return typeof value === "string" ? bare(value) : value;
}
