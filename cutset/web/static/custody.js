// Signs in the browser with a key file that is never sent, and tells of files before they go.
"use strict";
const hex = (bytes) => Array.from(new Uint8Array(bytes), (each) => each.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));

function keyOf(text) {
  const found = /-----BEGIN PRIVATE KEY-----([\s\S]+?)-----END PRIVATE KEY-----/.exec(text);
  if (!found) throw new Error(say("That is no key file that this page can read. Sign elsewhere instead."));
  return Uint8Array.from(atob(found[1].replace(/\s/g, "")), (each) => each.charCodeAt(0));
}

async function sign(field) {
  const place = document.getElementById("signed");
  try {
    if (!window.crypto.subtle) throw new Error(say("This browser signs only over HTTPS. Sign elsewhere instead."));
    const bytes = keyOf(await field.files[0].text());
    const key = await crypto.subtle.importKey("pkcs8", bytes, { name: "Ed25519" }, true, ["sign"]);
    const half = (await crypto.subtle.exportKey("jwk", key)).x.replace(/-/g, "+").replace(/_/g, "/");
    const shown = hex(Uint8Array.from(atob(half), (each) => each.charCodeAt(0)));
    if (shown !== field.dataset.key) throw new Error(say("That is another key than the one registered for this."));
    const made = await crypto.subtle.sign("Ed25519", key, unhex(field.dataset.text));
    document.getElementById("signature").value = hex(made);
    place.textContent = say("Signed. Enter it below.");
    place.className = "read ok";
  } catch (error) {
    document.getElementById("signature").value = "";
    place.textContent = error.name === "DataError" || error.name === "NotSupportedError"
      ? say("This browser cannot read that key. Sign elsewhere instead.") : error.message;
    place.className = "read doubt";
  }
  field.value = "";
}

async function tellFiles(field) {
  const place = document.getElementById("hashes"), most = Number(field.form.dataset.most || 0);
  const files = Array.from(field.files), total = files.reduce((sum, each) => sum + each.size, 0);
  // Said before a large file goes: the server would take the connection away in the middle.
  field.setCustomValidity(most && total + 65536 > most ? say("These are larger than this server takes.") : "");
  if (!field.reportValidity() || !window.crypto.subtle) { place.textContent = ""; return; }
  const lines = [];
  for (const each of files) {
    const small = each.size <= 64e6;
    const said = small ? hex(await crypto.subtle.digest("SHA-256", await each.arrayBuffer())) : say("is made when it is sent");
    lines.push(`${each.name}: SHA-256 ${said}`);
  }
  place.textContent = lines.join("\n");
}

document.addEventListener("DOMContentLoaded", () => {
  const key = document.getElementById("keyfile"), file = document.getElementById("file");
  if (key) key.addEventListener("change", () => key.files.length && sign(key));
  if (file) {
    file.addEventListener("change", () => tellFiles(file));
    file.form.addEventListener("submit", () => {
      const sending = document.getElementById("sending");
      if (sending) sending.textContent = file.files.length ? say("Sending…") : "";
    });
  }
  // A download leaves the page where it is: its form may be sent again.
  for (const form of document.querySelectorAll("form[data-stays]"))
    form.addEventListener("submit", () => setTimeout(() => delete form.dataset.sending, 1000));
});
