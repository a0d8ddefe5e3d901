// The report as one HTML file: pictures, numbers and code are in it, and nothing else is fetched.

// The file itself allows neither scripts nor anything from elsewhere.
const REPORT_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

function reportHtml({ about, entries, words, lang, style }) {
  const title = about.title || words.untitled;
  const page = document.implementation.createHTMLDocument(title);
  page.documentElement.lang = lang;
  page.head.prepend(
    reportMake("meta", { charset: "utf-8" }),
    reportMake("meta", { "http-equiv": "Content-Security-Policy", content: REPORT_POLICY }),
    reportMake("meta", { name: "viewport", content: "width=device-width" }),
  );
  page.head.append(reportMake("style", {}, style));
  const head = reportMake("header", {}, reportMake("h1", {}, title));
  if (about.author) head.append(reportMake("p", { class: "author" }, about.author));
  const articles = entries.map((entry) => reportArticle(entry, words, lang));
  page.body.append(head, reportMake("main", {}, ...articles));
  return `<!doctype html>\n${page.documentElement.outerHTML}\n`;
}

function reportArticle(entry, words, lang) {
  const article = reportMake("article", {}, reportMake("h2", {}, entry.section));
  article.append(reportWhere(entry, words, lang), ...entry.pictures.map(reportFigure));
  if (entry.words.trim()) article.append(reportMake("p", { class: "words" }, entry.words));
  const numbers = entry.pictures.flatMap((picture, i) => reportNumbers(entry, picture, i, words));
  if (numbers.length) article.append(reportFold(words.numbers, ...numbers));
  article.append(...reportCode(entry, words));
  return article;
}

function reportNumbers(entry, { label, csv }, index, words) {
  if (!csv) return [];
  const file = reportCsvName(entry, index);
  const address = `data:text/csv;charset=utf-8,${encodeURIComponent(csv).replaceAll("%2C", ",")}`;
  const link = reportMake("a", { href: address, download: file }, file);
  return [reportMake("h3", {}, label), ...reportTable(csv, words), reportMake("p", {}, link)];
}

function reportCsvName(entry, index) {
  return `${fileName(`${entry.lesson}-${entry.section}`, "numbers")}-${index + 1}.csv`;
}
