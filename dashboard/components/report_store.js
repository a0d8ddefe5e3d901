// The lab report as this browser keeps it: pictures with their numbers, code and words, in order.
// Nothing of it goes to the server. Where the browser keeps nothing (a private window, storage that
// is full), an entry lives as long as the tab, and all functions work as before.
//
//   reportAdd(entry) -> Promise<"kept" | "full" | "refused">   gives it its id and its place, too
//   reportAll() -> Promise<entry[]>, in order      reportPut(...entries), as reportAdd
//   reportDelete(id), reportClear()                reportAbout(), reportPutAbout({title, author})
//   reportListen(listener) -> a function that ends it: another tab or component has changed something

const REPORT_ENTRIES = "entries";
const REPORT_ABOUT = "about"; // of the report as a whole: its title, its author

// Shared by all scripts of the tab that are made with this file.
const reportTab = (globalThis[Symbol.for("cnnviz report")] ??= {
  entries: new Map(),
  about: null,
  why: "kept",
});
const reportChannel = new BroadcastChannel("cnnviz report");
let reportOpening;

function reportBase() {
  return (reportOpening ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("cnnviz", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore(REPORT_ENTRIES, { keyPath: "id" });
      asked.result.createObjectStore(REPORT_ABOUT);
    };
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      const base = asked.result;
      const forget = () => { reportOpening = undefined; };
      base.onclose = forget; // the visitor has deleted what the site keeps
      base.onversionchange = () => {
        base.close();
        forget();
      };
      resolve(base);
    };
  }));
}

// Resolves when it is written, not when it is only asked for.
async function reportDo(name, mode, act) {
  const base = await reportBase();
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(name, mode);
    const asked = act(transaction.objectStore(name));
    // Not left to the browser, or what is written while the page goes away is lost.
    if (mode === "readwrite") transaction.commit();
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

// "kept", or why not; then the caller has it in the tab's memory.
async function reportWrite(name, act) {
  try {
    await reportDo(name, "readwrite", act);
    return "kept";
  } catch (error) {
    reportTab.why = error?.name === "QuotaExceededError" ? "full" : "refused";
    return reportTab.why;
  }
}

async function reportChanged() {
  reportChannel.postMessage("changed");
  await reportCount();
}

async function reportPut(...entries) {
  const how = await reportWrite(REPORT_ENTRIES, (store) => {
    entries.forEach((entry) => store.put(entry));
  });
  for (const entry of entries) {
    if (how === "kept") reportTab.entries.delete(entry.id);
    else reportTab.entries.set(entry.id, entry);
  }
  await reportChanged();
  return how;
}

// Not randomUUID, which browsers have over https alone.
function reportId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function reportAdd(entry) {
  const now = Date.now();
  const made = { id: reportId(), added: new Date(now).toISOString(), words: "", place: now };
  return reportPut({ ...made, ...entry });
}

async function reportAll() {
  const kept = await reportDo(REPORT_ENTRIES, "readonly", (store) => store.getAll()).catch(
    () => { reportTab.why = "refused"; return []; },
  );
  const all = new Map(kept.map((entry) => [entry.id, entry]));
  reportTab.entries.forEach((entry, id) => all.set(id, entry));
  return [...all.values()].sort((one, other) => one.place - other.place);
}

// "kept" where the browser keeps the whole report, else why it does not.
function reportKept() {
  const all = !reportTab.entries.size && !reportTab.about;
  return all && reportTab.why !== "refused" ? "kept" : reportTab.why;
}

async function reportDelete(id) {
  reportTab.entries.delete(id);
  await reportWrite(REPORT_ENTRIES, (store) => store.delete(id));
  await reportChanged();
}

async function reportClear() {
  reportTab.entries.clear();
  await reportWrite(REPORT_ENTRIES, (store) => store.clear());
  await reportChanged();
}

async function reportAbout() {
  const asked = reportDo(REPORT_ABOUT, "readonly", (store) => store.get("report"));
  const kept = await asked.catch(() => undefined);
  return { title: "", author: "", ...kept, ...reportTab.about };
}

async function reportPutAbout(about) {
  const how = await reportWrite(REPORT_ABOUT, (store) => store.put(about, "report"));
  reportTab.about = how === "kept" ? null : about;
  reportChannel.postMessage("changed");
}

function reportListen(listener) {
  reportChannel.addEventListener("message", listener);
  return () => reportChannel.removeEventListener("message", listener);
}

// frame.css writes it behind the report's name in the sidebar.
async function reportCount() {
  const asked = reportDo(REPORT_ENTRIES, "readonly", (store) => store.getAllKeys());
  const kept = await asked.catch(() => []);
  const count = new Set([...kept, ...reportTab.entries.keys()]).size;
  const written = count ? `" (${count})"` : '""';
  document.documentElement.style.setProperty("--report-count", written);
}

reportListen(reportCount);
reportCount();
