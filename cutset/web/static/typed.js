// What is typed, checked on this device: an amount at once, and an identifier's check digit where no server answers.
"use strict";
(() => {
  // The form that cutset/web/amounts.py reads; a test holds the two together.
  const AMOUNT = /^\s*(?:(?:~|≈|(?:about|approx|approximately|around|roughly|circa|ca|aprox|aproximadamente|unos|unas)(?![\p{L}\p{N}_]))\.?\s*)?([^\p{Nd}.,\-+]*)(?:\p{Nd}[\p{Nd} .,'’\u00a0\u202f\u2009]*|[.,]\p{Nd}+)\P{Nd}*$/iu;
  function amount(written, money = false) {
    const found = AMOUNT.exec(written);
    // Before a number stands a currency, and no other unit.
    return Boolean(found) && (money || !found[1].trim());
  }

  // Letters and digits alone; "" where a sign stands that may be a mask for one that was not read.
  function plain(written) {
    const text = written.normalize("NFKC").toUpperCase();
    return /^[\p{L}\p{N}\p{Cc}\p{Cf}\p{Zs}\p{Pd}.,/:;#+&'"`()[\]|\\’‘´“”·]*$/u.test(text) && !text.includes("..") ? text.replace(/[^\p{L}\p{N}]/gu, "") : "";
  }
  const digits = (value) => [...value].map(Number);
  const weighted = (values, weights) => values.reduce((sum, value, place) => sum + value * weights[place % weights.length], 0);
  const nothing = (value) => new Set(value).size < 2 || value.includes("XXXX") || (value.length > 4 && "12345678901234567890".startsWith(value));

  // 49 CFR 565.15: the value of each letter. ISO 6346: letters from 10, without the multiples of 11.
  const VIN = Object.fromEntries([..."ABCDEFGHJKLMNPRSTUVWXYZ"].map((letter, at) => [letter, Number("12345678123457923456789"[at])]));
  const BOX = Object.fromEntries([..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter, at) => [letter, 10 + at + Math.floor((at + 9) / 10)]));
  const UPS = Object.fromEntries([..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter, at) => [letter, (2 + at) % 10]));
  const worth = (value, letters) => [...value].map((char) => (char in letters ? letters[char] : Number(char)));

  // Each kind: its form, whose first group is the value, and whether the check of its standard passes.
  const KINDS = {
    iso6346: [/^([A-Z]{3}[UJZR]\d{7})$/, (value) => (weighted(worth(value.slice(0, 10), BOX), [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]) % 11) % 10 === Number(value[10])],
    // Whether there is such a country the server says.
    "upu-s10": [/^([A-Z]{2}\d{9}[A-Z]{2})$/, (value) => {
      const check = 11 - (weighted(digits(value.slice(2, 10)), [8, 6, 4, 2, 3, 5, 9, 7]) % 11);
      return !nothing(value.slice(2, 10)) && ({ 10: 0, 11: 5 }[check] ?? check) === Number(value[10]);
    }],
    "ups-1z": [/^(?:UPS)?(?:TRACKING)?(?:NUMBER|NO|NR)?(1Z[0-9A-Z]{15}\d)$/, (value) =>
      !nothing(value.slice(2, 17)) && (weighted(worth(value.slice(2, 17), UPS), [1, 2]) + Number(value[17])) % 10 === 0],
    // A ZIP code before it is taken off; of two that may be the server says which.
    "usps-impb": [/^(?:USPS)?(?:TRACKING)?(?:NUMBER|NO|NR)?(?:420\d{5}(?=\d{22}$))?(9[1-5](?:\d{20}|\d{24})|(?:03|23|7[0137]|81)\d{18})$/, (value) =>
      !nothing(value.slice(2)) && weighted(digits(value).reverse(), [1, 3]) % 10 === 0],
    // Only North American makers have a check character; of the others a device without a network says nothing.
    vin: [/^(?:VIN)?(?:NUMBER|NO|NR)?([1-5][A-HJ-NPR-Z0-9]{16})$/, (value) =>
      !nothing(value) && "0123456789X"[weighted(worth(value, VIN), [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]) % 11] === value[8]],
    imo: [/^(?:IMO)?(?:NUMBER|NO|NR)?([1-9]\d{6})$/, (value) => !nothing(value) && weighted(digits(value.slice(0, 6)), [7, 6, 5, 4, 3, 2]) % 10 === Number(value[6])],
  };
  const GUESSED = ["iso6346", "upu-s10", "ups-1z", "usps-impb", "vin", "imo"];

  // The kind and value whose check digit passes, of the kind that is asked for or of any; null where none does.
  function identifier(written, kind = "") {
    const value = plain(written);
    for (const each of kind ? [kind].filter((one) => one in KINDS) : GUESSED) {
      const found = KINDS[each][0].exec(value);
      if (found && KINDS[each][1](found[1])) return { kind: each, value: found[1] };
    }
    return null;
  }

  window.cutset.typed = { amount, identifier };

  function wrong(input, what) {
    let said = document.getElementById(`${input.id}-wrong`);
    if (!said && what) {
      said = input.parentElement.appendChild(document.createElement("span"));
      said.id = `${input.id}-wrong`;
      said.className = "wrong";
    }
    if (said) said.textContent = what;
    for (const [name, value] of [["aria-invalid", "true"], ["aria-describedby", said?.id]])
      if (what) input.setAttribute(name, value);
      else input.removeAttribute(name);
  }

  document.addEventListener("change", (event) => {
    const target = /^sort_/.test(event.target.id || "") ? document.getElementById(event.target.id.replace("sort", "amount")) : event.target;
    if (!/^amount_\d+$/.test(target.id || "")) return;
    const written = target.value.trim();
    const money = document.getElementById(target.id.replace("amount", "sort")).value === "currency";
    wrong(target, !written || amount(written, money) ? "" : say("How much: “{typed}” is no amount. Type a number, as 2.5, and its unit beside it", { typed: written }));
  });

  // No server answered: what can be checked here is, and all else is said not to have been.
  function alone({ target }) {
    const read = target.id && document.getElementById(`read_${target.id.replace("ident_", "")}`);
    if (!read || !target.id.startsWith("ident_")) return;
    const line = document.createElement("span"), written = target.value.trim();
    read.replaceChildren(...(written ? [line] : []));
    const found = identifier(written, document.getElementById(target.id.replace("ident", "as")).value);
    line.className = found ? "ok" : "doubt";
    if (!found) { line.textContent = say("Not checked: the server could not be asked. It is checked when it is sent."); return; }
    const kind = document.createElement("b"), value = document.createElement("code");
    kind.textContent = say(found.kind);
    value.textContent = found.value;
    line.append(say("Read on this device as"), " ", kind, " ", value);
  }
  for (const event of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.addEventListener(event, alone);
})();
