// The planner's what-if: ways drawn under the points as wide as their traffic, sliders beside the fields, and patience.
const COLOURS = { maritime: "#0369a1", container: "#6d28d9", air: "#b45309", "land vehicle": "#3f6212", river: "#0f766e", mail: "#9d174d", "express consignment": "#be185d", tunnel: "#7c2d12" };

const place = document.querySelector("[data-atlas]"), form = document.getElementById("what-if");

function drawn() {
  return new Promise((done) => {
    const ready = () => place.dataset.drawn || place.dataset.failed;
    if (ready()) return done(place.atlas);
    new MutationObserver((_, watcher) => { if (ready()) { watcher.disconnect(); done(place.atlas); } }).observe(place, { attributes: true });
  });
}

function under(map, shapes) {
  const colour = ["match", ["get", "kind"], ...Object.entries(COLOURS).flat(), "#475569"], shut = ["==", ["get", "kind"], "shut"];
  map.addSource("shapes", { type: "geojson", data: shapes });
  map.addLayer({ id: "ways", type: "line", source: "shapes", filter: ["!", shut], layout: { "line-cap": "round" }, paint: { "line-color": colour, "line-width": ["get", "width"], "line-opacity": 0.75 } }, "lines");
  map.addLayer({ id: "shut", type: "line", source: "shapes", filter: shut, paint: { "line-color": "#64748b", "line-width": 1.5, "line-dasharray": [2, 2] } }, "lines");
}

if (place) {
  const source = place.dataset.src;
  drawn().then(async (map) => {
    const answer = map && (await fetch(source, { headers: { accept: "application/json" } }));
    if (answer?.ok) under(map, (await answer.json()).shapes);
    place.dataset.under = "yes";
  }).catch((error) => { place.dataset.failed = error.message; });
}

if (form) {
  for (const slider of form.querySelectorAll("input[type=range]")) {
    const field = document.getElementById(slider.dataset.of);
    slider.hidden = false;
    slider.addEventListener("input", () => { field.value = slider.value; });
    field.addEventListener("input", () => { slider.value = field.value; });
  }
  form.addEventListener("submit", () => {
    document.getElementById("busy").textContent = form.dataset.busy;
    const button = form.querySelector("button");
    button.textContent = form.dataset.busy;
    button.setAttribute("aria-disabled", "true");
  });
}
