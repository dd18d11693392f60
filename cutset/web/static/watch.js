// The watch's map and time slider: what is drawn under the points, and the picture of another moment without a reload.
const COLOURS = { trail: "#0f766e", dim: "#64748b", reckoned: "#0f766e", gap: "#7a4300", jump: "#b91c1c", intercept: "#1d4ed8", outside: "#b91c1c" };
const DASHED = ["gap", "jump", "reckoned", "outside"], WAIT_MS = 150, PLAY_MS = 900;

const place = document.querySelector("[data-atlas]"), slide = document.getElementById("slide");
const picture = document.getElementById("picture"), told = document.getElementById("told"), fresh = document.getElementById("fresh");
let at = slide?.dataset.at || "", asked = 0, waiting, playing;

function drawn() {
  return new Promise((done) => {
    const ready = () => place.dataset.drawn || place.dataset.failed;
    if (ready()) return done(place.atlas);
    new MutationObserver((_, watcher) => { if (ready()) { watcher.disconnect(); done(place.atlas); } })
      .observe(place, { attributes: true });
  });
}

// A ship's bow points where it goes: drawn once, turned by the map.
function arrow() {
  const field = document.createElement("canvas"), side = 36;
  field.width = field.height = side;
  const pen = field.getContext("2d");
  pen.moveTo(side / 2, 1);
  for (const [x, y] of [[side - 9, side - 5], [side / 2, side - 11], [9, side - 5]]) pen.lineTo(x, y);
  pen.closePath();
  pen.fillStyle = "#0f766e";
  pen.strokeStyle = "#fff";
  pen.lineWidth = 2;
  pen.fill();
  pen.stroke();
  return pen.getImageData(0, 0, side, side);
}

function under(map, shapes) {
  const colour = ["match", ["get", "kind"], ...Object.entries(COLOURS).flat(), "#334155"];
  map.addSource("shapes", { type: "geojson", data: shapes });
  const below = "lines", lines = ["==", ["geometry-type"], "LineString"], dashed = ["in", ["get", "kind"], ["literal", DASHED]];
  map.addLayer({ id: "reach", type: "fill", source: "shapes", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": "#b45309", "fill-opacity": 0.13, "fill-outline-color": "#b45309" } }, below);
  map.addLayer({ id: "whole", type: "line", source: "shapes", filter: ["all", lines, ["!", dashed]], paint: { "line-color": colour, "line-width": 1.8 } }, below);
  map.addLayer({ id: "dashed", type: "line", source: "shapes", filter: ["all", lines, dashed], paint: { "line-color": colour, "line-width": 1.8, "line-dasharray": [2, 2] } }, below);
  map.addImage("bow", arrow(), { pixelRatio: 2 });
  map.addLayer({ id: "bows", type: "symbol", source: "found", filter: ["has", "course"], layout: { "icon-image": "bow", "icon-rotate": ["get", "course"], "icon-rotation-alignment": "map", "icon-allow-overlap": true } });
}

const address = (path) => `${path}${at ? `${path.includes("?") ? "&" : "?"}at=${at}` : ""}`;

async function mapped(source) {
  const answer = await fetch(source, { headers: { accept: "application/json" } });
  if (answer.status === 401) return location.reload();
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}

// The page's marking follows what it shows: what comes in may be of a stricter one.
function marked() {
  const { banner, level } = document.getElementById("stands").dataset, aside = document.querySelector(".marking");
  if (!banner || !aside) return banner ? location.reload() : undefined;
  aside.className = `marking tlp-${level}`;
  const line = aside.querySelector("span") || aside.insertBefore(document.createElement("span"), aside.firstChild);
  line.textContent = banner;
}

async function show() {
  const turn = ++asked;
  const [found] = await Promise.all([
    mapped(address("/watch/map.json")),
    window.htmx.ajax("GET", address("/watch"), { target: "#picture", swap: "innerHTML" }),
  ]);
  if (turn !== asked || !found) return;
  place.dispatchEvent(new CustomEvent("cutset-places", { detail: found }));
  place.atlas?.getSource("shapes")?.setData(found.shapes);
  fresh.hidden = true;
}

function late() {
  told.textContent = say("The picture does not come just now. Try again in a moment.");
}

function move(minutes) {
  at = new Date(minutes * 60000).toISOString().slice(0, 16);
  document.getElementById("at").value = at;
  document.getElementById("time").setAttribute("aria-valuetext", `${at.replace("T", " ")} UTC`);
  clearTimeout(waiting);
  waiting = setTimeout(() => show().catch(late), WAIT_MS);
}

function play(button, time) {
  if (playing) {
    clearInterval(playing);
    playing = 0;
  } else {
    playing = setInterval(() => {
      if (Number(time.value) >= Number(time.max)) return play(button, time);
      time.stepUp();
      move(Number(time.value));
    }, PLAY_MS);
  }
  button.setAttribute("aria-pressed", String(Boolean(playing)));
}

if (slide) {
  const time = document.getElementById("time"), button = document.getElementById("play");
  for (const id of ["sliding", "playing"]) document.getElementById(id).hidden = false;
  time.setAttribute("aria-valuetext", `${document.getElementById("at").value.replace("T", " ")} UTC`);
  time.addEventListener("input", () => move(Number(time.value)));
  button.addEventListener("click", () => play(button, time));
  document.body.addEventListener("htmx:afterSwap", () => {
    told.textContent = document.getElementById("stands").innerText;
    marked();
  });
  // What is new is shown at once, unless someone reads in the tables or looks at another moment: then it is offered.
  const reads = () => picture.contains(document.activeElement) || document.getElementById("ringing").contains(document.activeElement);
  const live = !slide.dataset.at;
  document.body.addEventListener("cutset-news", ({ detail }) => {
    // After a break of the stream nothing is said of what came: then it is asked for.
    if (Object.keys(detail || {}).length && !detail.watch) return;
    if (live && !at && !reads()) show().catch(() => {});
    else fresh.hidden = false;
  });
  fresh.querySelector("button").addEventListener("click", () => show().catch(late));
}

if (place) {
  const source = place.dataset.src;
  drawn().then(async (map) => {
    if (map) under(map, (await mapped(source)).shapes);
    place.dataset.under = "yes";
  }).catch((error) => { place.dataset.failed = error.message; });
}
