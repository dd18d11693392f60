// What every page does: marks where one is, sends a form once, and sends what was written without a network.
"use strict";
const DATABASE = "cutset", QUEUE = "seizures", KEPT = "/seizure/kept";

// What a script says, in the page's language, with `{names}` filled in: /static/words.js has the words.
window.say = (text, values = {}) =>
  ((window.cutsetWords || {})[text] || text).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

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

// Kept on the disk before anything is said to be kept; taken off only once the server has it, or its writer says so.
// `problems` is why the server did not take it in: it waits to be mended then, and is not sent again by itself.
const keep = (item) => queue("readwrite", (store) => store.put({ photographs: [], problems: [], at: Date.now(), ...item }));
const forget = (key) => queue("readwrite", (store) => store.delete(key));
const kept = () => queue("readonly", (store) => store.getAll());
const refused = (item) => (item.problems || []).length > 0;

function tell(text, link = false) {
  const place = document.getElementById("queue"), words = document.createElement(link ? "a" : "span");
  words.textContent = text;
  if (link) words.href = KEPT;
  place.replaceChildren(words);
  place.hidden = !text;
}

function refusal(problems) {
  return Object.assign(new Error("refused"), { problems });
}

// Sent again these would be answered so again; all else may be so for a while.
const NEVER = [400, 413, 414, 415];

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
    if (NEVER.includes(answer.status)) throw refusal([{ field: "key", what: say("The server does not take this in: it is too large, or cannot be read.") }]);
    if (![202, 409, 422].includes(answer.status)) throw new Error(`status ${answer.status}`);
    const { problems, photographs } = await answer.json();
    if (!photographs) throw refusal(problems);
    const wanted = (item.photographs || []).filter((each) => photographs.includes(each.sha256));
    if (!wanted.length) throw refusal([{ field: "photographs", what: say("A photograph is on this device no more. Take it again.") }]);
    for (const [number, each] of wanted.entries()) await upload(each, csrf, number + 1, wanted.length);
    tell("");
  }
  throw new Error("the photographs do not arrive");
}

// A photograph goes in pieces from where the last try ended; a piece sent twice is the same bytes at the same place.
const PIECE = 1 << 20;
async function upload(photo, csrf, number, count) {
  const place = `/photographs/${photo.sha256}`, headers = { accept: "application/json", "x-csrf": csrf };
  let answer = await fetch(place, { headers });
  for (;;) {
    if (answer.status === 429) {
      await new Promise((done) => setTimeout(done, 5000));
      answer = await fetch(place, { headers });
      continue;
    }
    const said = answer.status === 200 || (answer.status >= 409 && answer.status < 423) ? await answer.json() : {};
    if (said.problems) throw refusal(said.problems);
    if (said.bytes === undefined) throw new Error(`status ${answer.status}`);
    if (said.whole) return;
    const at = Math.min(said.bytes, photo.size - 1);
    tell(say("Sending photograph {number} of {count}: {percent} %", { number, count, percent: Math.floor((100 * at) / photo.size) }));
    answer = await fetch(`${place}?at=${at}&size=${photo.size}`, {
      method: "PUT", body: photo.blob.slice(at, at + PIECE), redirect: "error", headers,
    });
  }
}

// Two pages may be open: one at a time sends. The key makes a second sending harmless all the same.
// What was refused is sent only where its writer asks for that, by its key.
function flush(again = "") {
  const act = () => flushed(again).finally(() => window.dispatchEvent(new Event("cutset-kept")));
  return navigator.locks ? navigator.locks.request("cutset-send", act) : act();
}

async function flushed(again) {
  const items = await kept();
  if (!items.length) return tell("");
  let session;
  try {
    session = await (await fetch("/session", { headers: { accept: "application/json" } })).json();
  } catch {
    return tell(say("{count} kept here, to be sent when there is a network", { count: items.length }), true);
  }
  let left = items.length, sent = 0, wrong = 0;
  for (const item of items) {
    const mine = session.csrf && (!item.viewer || item.viewer === session.viewer);
    if (mine && (!refused(item) || item.key === again)) {
      try {
        await send(item, session.csrf);
        left -= 1;
        sent += 1;
        continue;
      } catch (error) {
        if (error.problems) {
          item.problems = error.problems;
          await keep(item);
        }
      }
    }
    if (refused(item)) wrong += 1;
  }
  if (!session.csrf) return tell(say("{count} kept here: sign in as who wrote them to send", { count: left }), true);
  if (wrong) return tell(say("{count} kept here were not taken in: see why, and mend them", { count: wrong }), true);
  if (left) return tell(say("{count} kept here, to be sent later", { count: left }), true);
  tell(say("{count} sent", { count: sent }));
}

// Whose seizures this device keeps and shows: the page's own viewer, or where there is no network the one who was here last.
const writer = () => document.body.dataset.viewer || localStorage.getItem("cutset-viewer") || "";

window.cutset = { keep, forget, kept, refused, send, flush, tell, writer };

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
  window.addEventListener("online", () => flush());
  flush();
});
