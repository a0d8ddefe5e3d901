// Saves what a section shows, or puts it into the visitor's report. Nothing of this is there before
// somebody asks: the answer to a button's press brings this script.

const MOST_NUMBERS = 400_000; // characters of one picture's numbers in a report
const TOLD_MS = 7000;

function hostFor(place) {
  const host = document.createElement("div");
  host.className = "keep-host";
  const from = getComputedStyle(place);
  const page = getComputedStyle(document.querySelector(".stApp"));
  const colours = {
    ink: page.color,
    ground: page.backgroundColor,
    accent: from.getPropertyValue("--st-primary-color"),
    line: from.getPropertyValue("--st-border-color"),
    soft: from.getPropertyValue("--st-secondary-background-color"),
  };
  for (const [name, colour] of Object.entries(colours)) host.style.setProperty(`--${name}`, colour);
  host.style.fontFamily = page.fontFamily;
  host.style.colorScheme = page.colorScheme;
  host.attachShadow({ mode: "open" }).innerHTML = `<style>${KEEP_STYLE}</style>`;
  document.body.append(host);
  return host;
}

async function taken(row, data) {
  const pictures = [];
  for (const found of picturesAbove(row, data.heading)) {
    pictures.push({ ...found, drawing: await drawingOf(found, data.whose), tables: tablesOf(found) });
  }
  return pictures;
}

// The tables that a report has room for, as a file; null where there is none.
function fewNumbers(tables) {
  const taken = [];
  for (const table of tables) {
    if (csv(stacked([...taken, table])).length <= MOST_NUMBERS) taken.push(table);
  }
  return taken.length ? csv(stacked(taken)) : null;
}

async function entryOf(pictures, data) {
  const link = new URL(window.location.href);
  for (const name of data.passing) link.searchParams.delete(name);
  const kept = pictures.map(async ({ label, drawing, tables }) => {
    const { width, height, text } = drawing;
    const png = await dataUrlOf(await pngOf(drawing, 2 * width));
    return { label, width, height, png, svg: text, csv: fewNumbers(tables) };
  });
  const { lesson, page, heading, lang, code } = data;
  const saved = await Promise.all(kept);
  return { lesson, page, section: heading, link: link.href, lang, code, pictures: saved };
}

// A line at the window's corner.
function lineOf(host) {
  const line = document.createElement("p");
  line.className = "corner";
  line.setAttribute("role", "status");
  host.shadowRoot.append(line);
  return line;
}

async function addToReport(host, row, data) {
  const line = lineOf(host);
  line.textContent = data.words.waiting;
  const pictures = await taken(row, data);
  const how = await reportAdd(await entryOf(pictures, data));
  line.textContent = fill(data.words[how], { count: pictures.length });
  const link = document.createElement("a");
  link.href = `report${data.lang === "en" ? "" : `?lang=${data.lang}`}`;
  link.textContent = data.words.open;
  keepsSession(link, "report");
  line.append(" ", link);
  setTimeout(() => host.remove(), TOLD_MS);
}

async function showPanel(host, row, data) {
  new KeepPanel(host, data, await taken(row, data)); // it lives as long as its dialog
}

// The askings that were answered, of the tab: each may come more than once.
const answered = (globalThis[Symbol.for("cnnviz keep")] ??= new Set());

export default ({ data, parentElement }) => {
  if (answered.has(data.turn)) return;
  answered.add(data.turn);
  const host = hostFor(parentElement);
  const row = parentElement.closest(ROW);
  (data.report ? addToReport : showPanel)(host, row, data).catch((error) => {
    host.shadowRoot.querySelector(".corner")?.remove();
    lineOf(host).textContent = data.words.failed;
    setTimeout(() => host.remove(), TOLD_MS);
    throw error;
  });
};
