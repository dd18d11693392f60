// What is new appears without a reload. One tab of a browser holds the stream and tells the others.
"use strict";
(() => {
  const AGAIN_MS = 60000, LEAVING_MS = 10000, around = new BroadcastChannel("cutset-events");
  let interrupted = false, leaving = false;

  function shown({ leads, pointers, requests, much }) {
    const place = document.getElementById("news"), said = place.dataset, words = [];
    if (much) words.push(said.much);
    for (const [count, one, many] of [[leads, said.lead, said.leads], [pointers, said.pointer, said.pointers], [requests, said.request, said.requests]])
      if (count) words.push(`${count} ${count === 1 ? one : many}`);
    if (!words.length) return;
    place.querySelector("a").textContent = words.join(", ");
    place.hidden = false;
  }

  function take({ name, data }) {
    // What this page shows may no longer be shown: it goes before anything else is asked. A form that is not yet sent
    // shows what its writer typed, and stays: sending it asks for a session.
    if (name === "forget") {
      if (document.getElementById("seizure") || leaving) return;
      document.body.replaceChildren();
      return location.reload();
    }
    if (name === "news") shown(data);
    // For the parts of a page that load themselves anew: hx-trigger="cutset-news from:body".
    document.body.dispatchEvent(new CustomEvent("cutset-news", { detail: data, bubbles: true }));
  }

  function tell(message) {
    take(message);
    around.postMessage(message);
  }

  function hold() {
    return new Promise((done) => {
      const stream = new EventSource("/events");
      stream.onopen = () => {
        // What came while there was no stream is on the server: the parts of the page ask for it.
        if (interrupted) tell({ name: "again", data: {} });
        interrupted = false;
      };
      stream.onerror = () => {
        interrupted = true;
        // Closed for good: the server had no room, or the session is over. Later one may try again.
        if (stream.readyState === EventSource.CLOSED) setTimeout(done, AGAIN_MS);
      };
      for (const name of ["news", "forget"])
        stream.addEventListener(name, (event) => tell({ name, data: JSON.parse(event.data) }));
    });
  }

  async function keep() {
    for (;;) await (navigator.locks ? navigator.locks.request("cutset-events", hold) : hold());
  }

  // A form that is on its way brings a page of its own: to load this one anew would lose the answer.
  document.addEventListener("submit", (event) => setTimeout(() => {
    if (event.defaultPrevented) return;
    leaving = true;
    setTimeout(() => { leaving = false; }, LEAVING_MS);
  }));
  document.addEventListener("DOMContentLoaded", () => {
    if (!document.getElementById("news")) return;
    around.onmessage = (event) => take(event.data);
    keep();
  });
})();
