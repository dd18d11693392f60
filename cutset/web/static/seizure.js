// The seizure form: its time, place and rows; kept on this device first, then sent.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("seizure"), field = (name) => form.elements[name];
  const state = document.getElementById("state"), problems = document.getElementById("problems");
  const viewer = document.body.dataset.viewer || localStorage.getItem("cutset-viewer") || "";
  if (document.body.dataset.viewer) localStorage.setItem("cutset-viewer", viewer);

  if (!field("when").value) {
    const now = new Date();
    field("west_min").value = now.getTimezoneOffset();
    field("when").value = new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  } else if (!field("west_min").value) field("west_min").value = new Date().getTimezoneOffset();
  if (!field("key").value) field("key").value = crypto.randomUUID();

  document.getElementById("locate").addEventListener("click", () => {
    const said = document.getElementById("located");
    said.textContent = "…";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        field("latitude").value = coords.latitude.toFixed(5);
        field("longitude").value = coords.longitude.toFixed(5);
        said.textContent = `within ${Math.round(coords.accuracy)} m`;
      },
      () => { said.textContent = "no position: type the place"; },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });

  for (const button of document.querySelectorAll("[data-more]"))
    button.addEventListener("click", () => {
      const rows = document.getElementById(button.dataset.more), number = rows.children.length;
      if (number >= 12) return;
      const row = rows.firstElementChild.cloneNode(true);
      for (const each of row.querySelectorAll("[id],[name],[for],[aria-describedby]"))
        for (const name of ["id", "name", "for", "aria-describedby"])
          if (each.hasAttribute(name)) each.setAttribute(name, each.getAttribute(name).replace(/_0/, `_${number}`));
      for (const each of row.querySelectorAll("input")) { each.value = ""; each.removeAttribute("aria-invalid"); }
      for (const each of row.querySelectorAll("select")) each.selectedIndex = 0;
      for (const each of row.querySelectorAll(".read, .wrong")) each.textContent = "";
      rows.append(row);
      if (window.htmx) htmx.process(row);
      row.querySelector("input, select").focus();
    });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = document.getElementById("send"), key = field("key").value;
    button.disabled = true;
    state.textContent = "Sending…";
    const said = new URLSearchParams(), photographs = cutset.photographs.all();
    for (const [name, value] of new FormData(form))
      if (typeof value === "string" && name !== "csrf") said.append(name, value);
    photographs.forEach((each, row) => {
      said.append(`photograph_${row}`, each.sha256);
      said.append(`photograph_name_${row}`, each.name);
      said.append(`photograph_type_${row}`, each.type);
    });
    const item = { key, body: said.toString(), photographs };
    try {
      await cutset.keep(key, viewer, item.body, photographs);
    } catch {
      if (!navigator.onLine) {
        button.disabled = false;
        state.textContent = "There is no room for it on this device, and no network. Take photographs off, and send again.";
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
        await cutset.forget(key);
        state.textContent = "";
        problems.hidden = false;
        problems.replaceChildren(...error.problems.map(({ field: name, what }) => {
          const line = document.createElement("p"), link = document.createElement("a");
          link.href = `#${name}`;
          link.textContent = what;
          line.append(link);
          return line;
        }));
        problems.scrollIntoView();
        return;
      }
      state.textContent = "Kept on this device. It is sent when there is a network.";
      form.reset();
      cutset.photographs.clear();
      field("key").value = crypto.randomUUID();
      cutset.flush();
    }
  });
});
