// What this device keeps: each seizure that waits to be sent, or was not taken in and why; to be mended, sent or taken off.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const list = document.getElementById("kept"), none = document.getElementById("none"), others = document.getElementById("others");

  function made(tag, text, into, name = "") {
    const each = into.appendChild(document.createElement(tag));
    each.textContent = text;
    if (name) each.className = name;
    return each;
  }

  // The name of a seizure: the first of its goods and its place, as they were typed.
  function named(typed) {
    return [typed.get("what_0"), typed.get("amount_0"), typed.get("unit_0"), typed.get("place")].filter(Boolean).join(" ") || say("A seizure without words");
  }

  function act(line, text, about, then) {
    const button = made("button", text, line, "quiet");
    button.type = "button";
    button.setAttribute("aria-label", `${text}: ${about}`);
    button.addEventListener("click", then);
    return button;
  }

  function shown(item) {
    const row = document.createElement("li"), typed = new URLSearchParams(item.body), about = named(typed);
    row.className = "row";
    const said = made("div", "", row);
    made("b", about, said);
    made("p", say("Written for {when}", { when: (typed.get("when") || "").replace("T", " ") }), said, "soft small");
    if (item.photographs?.length) made("p", say("{count} photographs with it", { count: item.photographs.length }), said, "soft small");
    if (cutset.refused(item)) {
      made("p", say("Not taken in. To be mended:"), said, "wrong");
      const why = made("ul", "", said);
      for (const { what } of item.problems) made("li", what, why);
    } else made("p", say("Waits to be sent."), said);
    const buttons = made("p", "", row, "buttons");
    const mend = made("a", say("Open and mend"), buttons, "button");
    mend.href = `/seizure?kept=${encodeURIComponent(item.key)}`;
    mend.setAttribute("aria-label", `${mend.textContent}: ${about}`);
    act(buttons, say("Send again"), about, () => cutset.flush(item.key));
    act(buttons, say("Take off"), about, async () => {
      // It is on no server: what is taken off is gone.
      if (!confirm(say("Take this off the device? It was not sent, and is nowhere else."))) return;
      await cutset.forget(item.key);
      await show();
      cutset.flush();
    });
    return row;
  }

  async function show() {
    const items = await cutset.kept(), mine = items.filter((each) => !each.viewer || each.viewer === cutset.writer());
    list.replaceChildren(...mine.sort((one, other) => (one.at || 0) - (other.at || 0)).map(shown));
    none.hidden = mine.length > 0;
    others.textContent = items.length > mine.length ? say("{count} more were written by others, who see them when they sign in.", { count: items.length - mine.length }) : "";
  }

  show();
  window.addEventListener("cutset-kept", show);
});
