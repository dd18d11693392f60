// The response form: a line that the log tells is taken over into the answer, at the end of what stands there.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  let changed = false;
  for (const button of document.querySelectorAll("[data-take]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const answer = document.getElementById(button.dataset.take);
      answer.value = [answer.value.trimEnd(), button.dataset.text].filter(Boolean).join("\n");
      button.disabled = changed = true;
      answer.focus();
    });
  }
  const form = document.querySelector("form.respond");
  if (!form) return;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  // What was typed and not kept is not lost by a slip.
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
});
