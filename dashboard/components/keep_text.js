// Text of the page by lines, and pictures of it as data.

// The lines of a piece of text as the page has broken it: [{text, rect}].
function linesOf(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  const whole = range.getClientRects();
  if (whole.length < 2) {
    const text = node.data.replace(/\s+/g, " ").trim();
    return whole.length ? [{ text, rect: trimmed(range, node) }] : [];
  }
  const lines = [];
  for (let i = 0; i < node.length; i += 1) {
    range.setStart(node, i);
    range.setEnd(node, i + 1);
    const rect = range.getClientRects()[0];
    if (!rect || !rect.width) continue;
    const last = lines.at(-1);
    if (last && Math.abs(last.rect.y - rect.y) < rect.height / 2) {
      last.text += node.data[i];
      last.rect = joined(last.rect, rect);
    } else if (node.data[i].trim()) lines.push({ text: node.data[i], rect });
  }
  return lines.map(({ text, rect }) => ({ text: text.replace(/\s+/g, " ").trimEnd(), rect }));
}

// Without the blanks at both ends, which the text is written without.
function trimmed(range, node) {
  const start = node.data.search(/\S/);
  range.setStart(node, start);
  range.setEnd(node, node.data.trimEnd().length);
  return range.getBoundingClientRect();
}

function joined(one, other) {
  const [x, y] = [Math.min(one.x, other.x), Math.min(one.y, other.y)];
  const right = Math.max(one.x + one.width, other.x + other.width);
  const bottom = Math.max(one.y + one.height, other.y + other.height);
  return { x, y, width: right - x, height: bottom - y };
}

// A picture of this page's own server, inside the file.
async function dataUrl(source) {
  if (source.startsWith("data:")) return source;
  return dataUrlOf(await (await fetch(source)).blob());
}

function dataUrlOf(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
