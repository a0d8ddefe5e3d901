// The report as a Jupyter notebook (nbformat 4.5) that computes its pictures again.

const REPORT_FORMAT = {
  metadata: {
    kernelspec: { display_name: "Python 3", language: "python", name: "python3" },
    language_info: { name: "python" },
  },
  nbformat: 4,
  nbformat_minor: 5,
};
const REPORT_ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", $: "&#36;" };

// setup: the first cell's code, which finds or installs the library.
function reportNotebook({ about, entries, words, lang, setup }) {
  const title = [`# ${reportPlain(about.title || words.untitled)}`];
  if (about.author) title.push(reportPlain(about.author));
  title.push(words.firstCell);
  const cells = [
    reportMarkdown("title", title.join("\n\n")),
    reportCell("setup", setup),
    ...entries.flatMap((entry, i) => reportEntryCells(entry, i + 1, words, lang)),
  ];
  return JSON.stringify({ cells, ...REPORT_FORMAT }, null, 1);
}

function reportEntryCells(entry, number, words, lang) {
  const attachments = {};
  const parts = [`## ${reportPlain(entry.section)}`, reportOrigin(entry, words, lang)];
  entry.pictures.forEach(({ label, png }, i) => {
    const file = `picture-${number}-${i + 1}.png`;
    attachments[file] = { "image/png": png.slice(png.indexOf(",") + 1) };
    parts.push(`![${reportPlain(label)}](attachment:${file})`, reportPlain(label));
  });
  if (entry.words.trim()) parts.push(reportPlain(entry.words));
  if (!entry.code) parts.push(`*${words.noCode}*`);
  const told = reportMarkdown(`words-${number}`, parts.join("\n\n"), attachments);
  return entry.code ? [told, reportCell(`code-${number}`, entry.code)] : [told];
}

function reportOrigin(entry, words, lang) {
  const where = reportPlain(reportWhere({ ...entry, link: "" }, words, lang).textContent);
  const [, link] = reportLink(entry, words);
  // As the browser writes an address, nothing in it ends the link.
  return link ? `${where} · [${words.open}](<${link.href}>)` : where;
}

function reportMarkdown(id, source, attachments = {}) {
  return { cell_type: "markdown", id, metadata: {}, attachments, source: reportLines(source) };
}

function reportCell(id, source) {
  const cell = { cell_type: "code", id, metadata: {}, execution_count: null, outputs: [] };
  return { ...cell, source: reportLines(source.trimEnd()) };
}

function reportLines(text) {
  return text.split(/(?<=\n)/);
}

// A text as Markdown that shows it as it is, line by line: none of it is a mark, or HTML.
function reportPlain(text) {
  const lines = String(text).replace(/\r\n?/g, "\n").split("\n");
  return lines.map(reportPlainLine).join("  \n");
}

function reportPlainLine(line) {
  return line
    .replace(/[\\`*_[\]#~|!]/g, "\\$&")
    .replace(/[&<>$]/g, (mark) => REPORT_ENTITIES[mark])
    .replace(/^(\s*)([-+=]|\d+(?=[.)]))/, (_whole, space, mark) =>
      /\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`)
    .replace(/^\s+/, (space) => "&nbsp;".repeat(space.length));
}
