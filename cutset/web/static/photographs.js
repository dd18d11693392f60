// Photographs of a seizure: chosen or taken here, digested on this device, shown before they are sent.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("seizure"), list = document.getElementById("chosen");
  const refused = document.getElementById("refused"), fields = [...form.querySelectorAll("[data-photographs]")];
  const most = Number(form.dataset.most) || 256 << 20, count = Number(form.dataset.photographs) || 12;
  let chosen = [];

  const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
  // What is kept is a copy of the bytes that were digested: a camera's own file may be gone when there is a network.
  async function read(file) {
    const bytes = await file.arrayBuffer(), made = await crypto.subtle.digest("SHA-256", bytes);
    const sha256 = Array.from(new Uint8Array(made), (each) => each.toString(16).padStart(2, "0")).join("");
    return { sha256, blob: new Blob([bytes], { type: file.type }) };
  }

  function show(photo) {
    const line = document.createElement("li"), picture = document.createElement("img");
    const said = document.createElement("span"), hash = document.createElement("code"), off = document.createElement("button");
    // A very large one is not drawn: it would hold the page up for seconds.
    if (photo.size <= 32 << 20) picture.src = URL.createObjectURL(photo.blob);
    picture.alt = "";
    // What this browser cannot draw is sent all the same.
    picture.addEventListener("error", () => picture.remove());
    said.textContent = `${photo.name}, ${size(photo.size)} `;
    hash.className = "hash";
    hash.textContent = `SHA-256 ${photo.sha256}`;
    said.append(hash);
    off.type = "button";
    off.className = "quiet";
    off.textContent = say("Take off");
    off.setAttribute("aria-label", say("Take off {name}", { name: photo.name }));
    off.addEventListener("click", () => {
      chosen = chosen.filter((each) => each !== photo);
      URL.revokeObjectURL(picture.src);
      line.remove();
      fields[1].focus();
    });
    line.append(...(picture.src ? [picture] : []), said, off);
    list.append(line);
  }

  async function take(files) {
    const words = [];
    for (const file of files) {
      const name = file.name || "photograph.jpg";
      if (chosen.length >= count) { words.push(say("{name}: a seizure has up to {count} photographs.", { name, count })); continue; }
      if (!file.size) { words.push(say("{name} is empty.", { name })); continue; }
      if (file.size > most) { words.push(say("{name} has {size}; a photograph may have up to {most}.", { name, size: size(file.size), most: size(most) })); continue; }
      try {
        refused.textContent = say("Reading {name}…", { name });
        const photo = { ...(await read(file)), name, type: file.type, size: file.size };
        if (chosen.some((each) => each.sha256 === photo.sha256)) { words.push(say("{name} is among them already.", { name })); continue; }
        chosen.push(photo);
        show(photo);
      } catch {
        words.push(say("{name} cannot be read on this device.", { name }));
      }
    }
    refused.textContent = words.join(" ");
  }

  for (const each of fields) {
    each.classList.add("vh");
    each.addEventListener("change", async () => {
      const files = [...each.files];
      each.value = "";
      await take(files);
    });
  }

  cutset.photographs = {
    all: () => chosen,
    restore(photographs) { for (const each of photographs) { chosen.push(each); show(each); } },
    clear() { chosen = []; list.replaceChildren(); refused.textContent = ""; },
    // Back into the form's own field, for a browser that keeps nothing and sends the form as it is.
    put() {
      const bag = new DataTransfer();
      for (const each of chosen) bag.items.add(new File([each.blob], each.name, { type: each.type }));
      fields[1].files = bag.files;
    },
  };
});
