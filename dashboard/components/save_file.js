// A file made in the browser, saved as any download is.

// parts: strings, bytes or blobs; type: as in "text/csv".
function saveFile(name, type, ...parts) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(parts, { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // a browser may ask where to first
}

// A text as a file's name; where nothing of it can stand in one, the other.
function fileName(text, otherwise) {
  const plain = text.replace(/[\\/:*?"<>|\u0000-\u001f]+/g, " ").replace(/^[\s.]+|[\s.]+$/g, "");
  return plain.slice(0, 80) || otherwise;
}
