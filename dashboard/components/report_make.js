// What a report is made of, for the page as for the file: elements, tables of numbers, links.

const REPORT_ROWS = 12; // of a table of numbers; the file of numbers has them all

// Children may be text, which stays text: nothing of a report is ever read as HTML.
function reportMake(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// The first rows of a CSV (RFC 4180), each a list of cells.
function reportRows(csv, most) {
  const rows = [[""]];
  let quoted = false;
  const text = csv.replace(/^\ufeff/, "");
  for (let i = 0; i < text.length && rows.length <= most + 1; i += 1) {
    const row = rows[rows.length - 1];
    const letter = text[i];
    if (letter === '"') {
      if (quoted && text[i + 1] === '"') row[row.length - 1] += text[(i += 1)];
      else quoted = !quoted;
    } else if (letter === "," && !quoted) row.push("");
    else if (letter === "\n" && !quoted) rows.push([""]);
    else if (letter !== "\r" || quoted) row[row.length - 1] += letter;
  }
  const whole = rows.length <= most + 1;
  if (whole && rows[rows.length - 1].join("") === "") rows.pop();
  return { rows: rows.slice(0, most), whole: whole && rows.length <= most };
}

// The first numbers of a picture as a table; the first row names the columns.
function reportTable(csv, words) {
  const { rows, whole } = reportRows(csv, REPORT_ROWS + 1);
  const table = reportMake("table");
  rows.forEach((row, i) => {
    const tag = i ? "td" : "th";
    table.append(reportMake("tr", {}, ...row.map((cell) => reportMake(tag, {}, cell))));
  });
  if (whole) return [table];
  return [table, reportMake("p", { class: "more" }, fill(words.firstRows, { count: rows.length - 1 }))];
}

// Back to the page as it was; only where it is an address of the web.
function reportLink(entry, words) {
  const address = String(entry.link ?? "");
  if (!/^https?:\/\//.test(address)) return [];
  const attributes = { href: address, target: "_blank", rel: "noopener" };
  return [" · ", reportMake("a", attributes, words.open)];
}

// On which page a picture was, when it was added, and the way back.
function reportWhere(entry, words, lang) {
  const added = new Date(entry.added);
  const time = reportMake(
    "time", { datetime: entry.added },
    added.toLocaleString(lang, { dateStyle: "medium", timeStyle: "short" }),
  );
  return reportMake("p", { class: "where" }, `${entry.page} · `, time, ...reportLink(entry, words));
}

// A picture with its name under it; only the pictures that a page has saved are shown.
function reportFigure({ label, png, width, height }) {
  const figure = reportMake("figure");
  if (/^data:image\/png;base64,/.test(png)) {
    figure.append(reportMake("img", { src: png, alt: label, width, height }));
  }
  figure.append(reportMake("figcaption", {}, label));
  return figure;
}

function reportFold(name, ...children) {
  return reportMake("details", { class: "fold" }, reportMake("summary", {}, name), ...children);
}

function reportCode(entry, words) {
  if (!entry.code) return [];
  const code = reportMake("code", {}, entry.code);
  return [reportFold(words.code, reportMake("pre", {}, code))];
}
