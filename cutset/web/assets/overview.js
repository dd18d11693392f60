// What the page can do besides: show what a mark says, single out a class on the map, sort a table.
// It is complete without this.
(() => {
  "use strict";
  const tip = document.getElementById("tip");
  const hide = () => { tip.hidden = true; };
  for (const title of document.querySelectorAll("svg title")) {
    const mark = title.parentNode;
    mark.dataset.says = title.textContent;
    title.remove();
  }
  document.addEventListener("pointermove", (event) => {
    const mark = event.target.closest ? event.target.closest("[data-says]") : null;
    if (!mark) return hide();
    tip.textContent = mark.dataset.says;
    tip.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = tip;
    tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - width - 4)) + "px";
    tip.style.top = (event.clientY + height + 24 > innerHeight ? event.clientY - height - 10 : event.clientY + 16) + "px";
  });
  document.addEventListener("pointerleave", hide);
  document.addEventListener("scroll", hide, { passive: true });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });

  const legend = document.getElementById("map-legend");
  if (legend) {
    const buttons = [...legend.children].map((item) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...item.childNodes);
      button.setAttribute("aria-pressed", "false");
      button.dataset.of = item.dataset.class;
      item.append(button);
      return button;
    });
    legend.addEventListener("click", (event) => {
      const chosen = event.target.closest("button");
      if (!chosen) return;
      const on = chosen.getAttribute("aria-pressed") !== "true";
      for (const button of buttons) button.setAttribute("aria-pressed", String(on && button === chosen));
      for (const band of document.querySelectorAll("#flow-map .band")) {
        band.classList.toggle("dim", on && band.dataset.class !== chosen.dataset.of);
      }
    });
  }

  const value = (row, column) => {
    const cell = row.cells[column];
    return "v" in cell.dataset ? Number(cell.dataset.v) : cell.textContent.trim().toLowerCase();
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      if ("noSort" in head.dataset) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") !== "descending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const body = table.tBodies[0];
        const rows = [...body.rows].sort((a, b) => {
          const [left, right] = [value(a, column), value(b, column)];
          const order = left < right ? -1 : left > right ? 1 : 0;
          return down ? -order : order;
        });
        body.append(...rows);
      });
    });
  }
})();
