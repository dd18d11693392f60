// The seizure form: its time, place and rows; kept on this device first, then sent.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("seizure"), field = (name) => form.elements[name];
  const ROWS = 12, state = document.getElementById("state"), problems = document.getElementById("problems");
  const viewer = cutset.writer();
  if (document.body.dataset.viewer) localStorage.setItem("cutset-viewer", viewer);

  function now() {
    const at = new Date();
    field("west_min").value = at.getTimezoneOffset();
    field("when").value = new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  }
  if (!field("when").value) now();
  else if (!field("west_min").value) field("west_min").value = new Date().getTimezoneOffset();
  if (!field("key").value) field("key").value = crypto.randomUUID();

  document.getElementById("locate").addEventListener("click", () => {
    const said = document.getElementById("located");
    said.textContent = "…";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        field("latitude").value = coords.latitude.toFixed(5);
        field("longitude").value = coords.longitude.toFixed(5);
        said.textContent = say("within {metres} m", { metres: Math.round(coords.accuracy) });
      },
      () => { said.textContent = say("no position: type the place"); },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });

  function more(rows) {
    const number = rows.children.length;
    if (number >= ROWS) return null;
    const row = rows.firstElementChild.cloneNode(true);
    for (const each of row.querySelectorAll("[id],[name],[for],[aria-describedby]"))
      for (const name of ["id", "name", "for", "aria-describedby"])
        if (each.hasAttribute(name)) each.setAttribute(name, each.getAttribute(name).replace(/_0/, `_${number}`));
    for (const each of row.querySelectorAll("input")) { each.value = ""; each.removeAttribute("aria-invalid"); }
    for (const each of row.querySelectorAll("select")) each.selectedIndex = 0;
    for (const each of row.querySelectorAll(".read, .wrong, .near")) each.textContent = "";
    rows.append(row);
    if (window.htmx) htmx.process(row);
    return row;
  }

  for (const button of document.querySelectorAll("[data-more]"))
    button.addEventListener("click", () => {
      const row = more(document.getElementById(button.dataset.more));
      if (row) row.querySelector("input, select").focus();
    });

  function wrong(found) {
    problems.hidden = !found.length;
    problems.replaceChildren(...found.map(({ field: name, what }) => {
      const line = document.createElement("p"), link = document.createElement("a");
      link.href = `#${name}`;
      link.textContent = what;
      line.append(link);
      return line;
    }));
    if (found.length) problems.scrollIntoView();
  }

  // A form that was not taken in under its key is another one when it is mended, as the server has it too.
  const spent = (found) => found.some((each) => each.field === "key");
  let replaced = "";

  function renewed() {
    replaced = field("key").value;
    field("key").value = crypto.randomUUID();
  }

  // What is kept here comes back into the form as it was typed, to be mended.
  async function reopened(key) {
    const item = (await cutset.kept()).find((each) => each.key === key && (!each.viewer || each.viewer === viewer));
    if (!item) { state.textContent = say("That is kept here no more: it was sent, or taken off."); return; }
    const typed = new URLSearchParams(item.body);
    for (const [name, value] of typed) {
      const row = Number(/_(\d+)$/.exec(name)?.[1] || 0), rows = document.getElementById(/^(sort|what|amount|unit)_/.test(name) ? "goods" : "things");
      if (/^(photograph)/.test(name)) continue;
      while (!field(name) && rows.children.length <= row && more(rows));
      if (field(name) && field(name).type !== "checkbox") field(name).value = value;
    }
    field("les").checked = typed.get("les") === "on";
    cutset.photographs.restore(item.photographs || []);
    wrong(item.problems || []);
    if (spent(item.problems || [])) renewed();
  }
  const asked = new URLSearchParams(location.search).get("kept");
  if (asked) reopened(asked);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = document.getElementById("send"), key = field("key").value;
    button.disabled = true;
    state.textContent = say("Sending…");
    wrong([]);
    const said = new URLSearchParams(), photographs = cutset.photographs.all();
    for (const [name, value] of new FormData(form))
      if (typeof value === "string" && name !== "csrf") said.append(name, value);
    photographs.forEach((each, row) => {
      said.append(`photograph_${row}`, each.sha256);
      said.append(`photograph_name_${row}`, each.name);
      said.append(`photograph_type_${row}`, each.type);
    });
    const item = { key, viewer, body: said.toString(), photographs };
    try {
      await cutset.keep(item);
      if (replaced) await cutset.forget(replaced);
      replaced = "";
    } catch {
      if (!navigator.onLine) {
        button.disabled = false;
        state.textContent = say("There is no room for it on this device, and no network. Take photographs off, and send again.");
        return;
      }
      // Without a place to keep it, the browser sends the form as it always could.
      cutset.photographs.put();
      form.submit();
      return;
    }
    // A browser that runs short of room then asks before it takes what waits here to be sent.
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
    try {
      const receipt = await cutset.send(item, document.body.dataset.csrf || "");
      location.assign(`${receipt.url}?sent=1`);
    } catch (error) {
      button.disabled = false;
      if (error.problems) {
        // It stays kept, so that closing the page loses nothing; sent again from here it takes its own place.
        await cutset.keep({ ...item, problems: error.problems });
        state.textContent = "";
        wrong(error.problems);
        if (spent(error.problems)) renewed();
        return;
      }
      state.textContent = say("Kept on this device. It is sent when there is a network.");
      form.reset();
      now();
      for (const each of form.querySelectorAll(".read, .wrong")) each.textContent = "";
      cutset.photographs.clear();
      field("key").value = crypto.randomUUID();
      cutset.flush();
    }
  });
});
