// What every page does: marks where one is, sends a form once, and sends what was written without a network.
"use strict";
const DATABASE = "cutset", QUEUE = "seizures";

function opened() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(QUEUE, { keyPath: "key" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function queue(mode, act) {
  const database = await opened();
  return new Promise((done, failed) => {
    const turn = database.transaction(QUEUE, mode), asked = act(turn.objectStore(QUEUE));
    turn.oncomplete = () => { database.close(); done(asked.result); };
    turn.onerror = turn.onabort = () => { database.close(); failed(turn.error); };
  });
}

// Kept on the disk before anything is said to be kept; taken off only once the server has it.
const keep = (key, viewer, body, photographs = []) =>
  queue("readwrite", (store) => store.put({ key, viewer, body, photographs, problem: "" }));
const forget = (key) => queue("readwrite", (store) => store.delete(key));
const kept = () => queue("readonly", (store) => store.getAll());

function tell(text) {
  const place = document.getElementById("queue");
  place.textContent = text;
  place.hidden = !text;
}

// The form goes first: which of its photographs are not there yet, the server says once it can read all else.
async function send(item, csrf) {
  for (let turn = 0; turn < 4; turn += 1) {
    const answer = await fetch("/seizure", {
      method: "POST", body: item.body, redirect: "error",
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json", "x-csrf": csrf },
    });
    if (answer.status === 200 || answer.status === 201) {
      const receipt = await answer.json();
      await forget(item.key);
      return receipt;
    }
    if (![202, 409, 422].includes(answer.status)) throw new Error(`status ${answer.status}`);
    const { problems, photographs } = await answer.json();
    if (!photographs) throw Object.assign(new Error("refused"), { problems });
    const wanted = (item.photographs || []).filter((each) => photographs.includes(each.sha256));
    if (!wanted.length) throw new Error("a photograph is not here");
    for (const [number, each] of wanted.entries()) await upload(each, csrf, `${number + 1} of ${wanted.length}`);
    tell("");
  }
  throw new Error("the photographs do not arrive");
}

// A photograph goes in pieces from where the last try ended; a piece sent twice is the same bytes at the same place.
const PIECE = 1 << 20;
async function upload(photo, csrf, which) {
  const place = `/photographs/${photo.sha256}`, headers = { accept: "application/json", "x-csrf": csrf };
  let answer = await fetch(place, { headers });
  for (;;) {
    if (answer.status === 429) {
      await new Promise((done) => setTimeout(done, 5000));
      answer = await fetch(place, { headers });
      continue;
    }
    const said = answer.status === 200 || (answer.status >= 409 && answer.status < 423) ? await answer.json() : {};
    if (said.problems) throw Object.assign(new Error("refused"), { problems: said.problems });
    if (said.bytes === undefined) throw new Error(`status ${answer.status}`);
    if (said.whole) return;
    const at = Math.min(said.bytes, photo.size - 1);
    tell(`Sending photograph ${which}: ${Math.floor((100 * at) / photo.size)} %`);
    answer = await fetch(`${place}?at=${at}&size=${photo.size}`, {
      method: "PUT", body: photo.blob.slice(at, at + PIECE), redirect: "error", headers,
    });
  }
}

// Two pages may be open: one at a time sends. The key makes a second sending harmless all the same.
function flush() {
  return navigator.locks ? navigator.locks.request("cutset-send", flushed) : flushed();
}

async function flushed() {
  const items = await kept();
  if (!items.length) return tell("");
  let session;
  try {
    session = await (await fetch("/session", { headers: { accept: "application/json" } })).json();
  } catch {
    return tell(`${items.length} kept here, to be sent when there is a network`);
  }
  let left = items.length, sent = 0, refused = 0;
  for (const item of items) {
    if (!session.csrf || (item.viewer && item.viewer !== session.viewer)) continue;
    try {
      await send(item, session.csrf);
      left -= 1;
      sent += 1;
    } catch (error) {
      if (error.problems) refused += 1;
    }
  }
  if (!session.csrf) return tell(`${left} kept here: sign in as who wrote them to send`);
  if (refused) return tell(`${refused} kept here cannot be taken in as written`);
  if (left) return tell(`${left} kept here, to be sent later`);
  tell(`${sent} sent`);
}

window.cutset = { keep, forget, kept, send, flush, tell };

document.addEventListener("DOMContentLoaded", () => {
  for (const link of document.querySelectorAll(".top nav a"))
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    if (event.target.dataset.sending) return event.preventDefault();
    event.target.dataset.sending = "yes";
  });
  // Back from the browser's memory: a page of another session or purpose must not stand there.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  if ("serviceWorker" in navigator && document.body.dataset.viewer) navigator.serviceWorker.register("/worker.js");
  window.addEventListener("online", flush);
  flush();
});
