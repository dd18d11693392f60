// The queue by keyboard. Its keys work while the queue has the focus, and nowhere else (WCAG 2.1.4).
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const list = document.getElementById("targets");
  if (!list) return;
  const keys = document.getElementById("keys"), told = document.getElementById("told");
  const reasons = [...keys.querySelectorAll("[data-reason]")].map((each) => each.textContent);
  let pending = "";
  // Rows whose decision is on its way, each with what was pressed on it meanwhile.
  const underway = new Map();

  const row = () => document.activeElement.closest("#targets > li");
  const say = (text, kind = "vh") => {
    told.textContent = "";
    told.className = kind;
    setTimeout(() => { told.textContent = text; }, 30);
  };

  function go(to) {
    if (!to) return;
    pending = "";
    to.focus();
    to.scrollIntoView({ block: "nearest" });
  }

  function press(here, name, value) {
    // Until the row is back, and its form is htmx's again, a click would send the form away from this page.
    if (underway.has(here.id)) return underway.set(here.id, [name, value]);
    const button = here.querySelector(`button[name="${name}"][value="${value}"]`);
    if (!button) return say(here.getAttribute("aria-label"));
    underway.set(here.id, null);
    button.click();
  }

  function decide(here, verdict) {
    const reason = here.querySelector("[name=reason]");
    if (!reason) return say(here.getAttribute("aria-label"));
    if (verdict !== "inspect" && !reason.value.trim()) {
      // The next number gives the reason, and decides.
      pending = verdict;
      here.dataset.pending = verdict;
      return say(reasons.map((text, number) => `${number + 1}: ${text}`).join(", "));
    }
    press(here, "verdict", verdict);
  }

  list.addEventListener("keydown", (event) => {
    const here = row(), at = document.activeElement;
    if (!here || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName)) return;
    const number = Number(event.key), acts = {
      j: () => go(here.nextElementSibling), k: () => go(here.previousElementSibling),
      i: () => decide(here, "inspect"), r: () => decide(here, "release"), e: () => decide(here, "refer"),
      f: () => press(here, "found", "yes"), n: () => press(here, "found", "no"),
      o: () => here.querySelector("a.open").click(), "?": () => keys.showModal(),
    };
    if (acts[event.key]) {
      event.preventDefault();
      acts[event.key]();
    } else if (number >= 1 && number <= reasons.length) {
      event.preventDefault();
      const reason = here.querySelector("[name=reason]");
      if (!reason) return;
      reason.value = reasons[number - 1];
      say(reason.value);
      if (pending) press(here, "verdict", pending);
      pending = "";
    }
  });

  const rowOf = ({ detail }) => (detail.requestConfig?.path || "").match(/^\/targets\/([^/?]+)$/)?.[1] || "";

  // The row that was decided comes back anew: the focus stays on it, unless it was moved on meanwhile.
  document.body.addEventListener("htmx:afterSettle", (event) => {
    const id = rowOf(event), fresh = id && document.getElementById(id), later = underway.get(id);
    underway.delete(id);
    if (!fresh) return;
    say(fresh.querySelector(".problem")?.textContent || fresh.getAttribute("aria-label"));
    if (document.activeElement === document.body) fresh.focus();
    if (later) press(fresh, ...later);
  });
  for (const failed of ["htmx:responseError", "htmx:sendError"])
    document.body.addEventListener(failed, (event) => {
      underway.delete(rowOf(event));
      say(list.dataset.failed, "problem");
    });

  for (const id of ["start", "help"]) document.getElementById(id).hidden = false;
  document.getElementById("start").addEventListener("click", () =>
    go(list.querySelector('[data-state="open"]') || list.firstElementChild));
  document.getElementById("help").addEventListener("click", () => keys.showModal());
});
