// The random token by which this browser is known again: kept in its storage, told once.

const NAME = "cnnviz.visitor";
const told = new WeakSet(); // places on the page: Streamlit also calls when only the theme changes
let unkept; // this page's token, where the browser keeps nothing

// 128 bits as hexadecimal digits. Not randomUUID, which browsers have over https alone.
function random() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function token() {
  try {
    const kept = localStorage.getItem(NAME);
    if (/^[0-9a-f]{32}$/.test(kept)) return kept;
    const made = random();
    localStorage.setItem(NAME, made);
    return made;
  } catch { // storage is not allowed, or full
    return (unkept ??= random());
  }
}

export default ({ parentElement, setStateValue }) => {
  if (told.has(parentElement)) return;
  told.add(parentElement);
  setStateValue("token", token());
};
