// A graph that can be moved: <div data-network data-src="/graph.json?of=…"></div>. Beside it stands the page's own list,
// which says the same in words. Arrow keys move it, + and - come closer. `data-open`, followed by a node, opens it.
import { places } from "/static/layout.js";

const field = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const RULE = "__________cytoscape_stylesheet", STEP = 60, CLOSER = 1.25, SLOW = 400;

function looks() {
  const ink = field("--ink") || "#111", accent = field("--accent") || "#0369a1";
  return [
    { selector: "node", style: { label: "data(name)", "font-size": 11, color: ink, "text-valign": "bottom", "text-margin-y": 3,
      "text-max-width": 130, "text-wrap": "ellipsis", width: 16, height: 16, "background-color": "#64748b" } },
    { selector: "node[sort = 'report']", style: { shape: "round-rectangle", "background-color": accent } },
    { selector: "node[sort = 'entity']", style: { shape: "diamond", "background-color": "#6d28d9" } },
    { selector: "edge", style: { width: 1.5, "line-color": "#94a3b8", "curve-style": "haystack" } },
    { selector: ".way", style: { "line-color": "#c2410c", "background-color": "#c2410c", width: 4 } },
    { selector: "node.way", style: { width: 20, height: 20 } },
    { selector: "node:selected", style: { "border-width": 3, "border-color": ink } },
  ];
}

function elements({ dots, lines, way }) {
  const number = new Map(dots.map((dot, at) => [dot.id, at])), ends = (line) => [number.get(line.report), number.get(line.thing)];
  const at = places(dots.length, lines.map(ends).filter(([one, other]) => one !== undefined && other !== undefined && one !== other));
  const on = new Set(way), walked = new Set(way.slice(1).flatMap((to, at) => [`${way[at]} ${to}`, `${to} ${way[at]}`]));
  const drawn = new Map(lines.map((line) => [`${line.report} ${line.thing}`, line]));
  return [
    ...dots.map((dot, one) => ({ data: { id: dot.id, name: dot.name, sort: dot.sort }, classes: on.has(dot.id) ? "way" : "",
      position: { x: at[2 * one], y: at[2 * one + 1] } })),
    ...[...drawn].map(([id, line]) => ({ data: { id, source: line.report, target: line.thing }, classes: walked.has(id) ? "way" : "" })),
  ];
}

async function draw(place) {
  // Cytoscape would put its one rule into the page, which the page's policy forbids: the rule is in atlas.css, and this
  // says that it is there.
  const there = document.getElementById(RULE) || document.head.appendChild(document.createElement("meta"));
  there.id = RULE;
  const { default: cytoscape } = await import("/static/vendor/cytoscape.esm.min.mjs");
  const answer = await fetch(place.dataset.src, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const found = await answer.json(), began = performance.now();
  const inner = place.appendChild(document.createElement("div"));
  inner.className = "network-field";
  const many = found.dots.length > SLOW;
  const graph = cytoscape({
    container: inner, elements: elements(found), style: looks(), minZoom: 0.1, maxZoom: 4, autoungrabify: false,
    layout: { name: "preset", fit: true, padding: 20 },
    textureOnViewport: many, hideEdgesOnViewport: false, pixelRatio: many ? 1 : "auto",
  });
  place.tabIndex = 0;
  place.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] }[event.key];
    if (moves) graph.panBy({ x: moves[0], y: moves[1] });
    else if (event.key === "+" || event.key === "=") graph.zoom({ level: graph.zoom() * CLOSER, renderedPosition: { x: inner.clientWidth / 2, y: inner.clientHeight / 2 } });
    else if (event.key === "-") graph.zoom({ level: graph.zoom() / CLOSER, renderedPosition: { x: inner.clientWidth / 2, y: inner.clientHeight / 2 } });
    else if (event.key === "0") graph.fit(undefined, 20);
    else return;
    event.preventDefault();
  });
  // Once opens the node, twice goes to its report.
  if (place.dataset.open) graph.on("onetap", "node", ({ target }) => location.assign(place.dataset.open + encodeURIComponent(target.id())));
  graph.on("dbltap", "node[sort = 'report']", ({ target }) => location.assign(`/reports/${encodeURIComponent(target.id())}`));
  place.graph = graph;
  place.dataset.took = Math.round(performance.now() - began);
  place.dataset.drawn = found.dots.length;
}

for (const place of document.querySelectorAll("[data-network]"))
  draw(place).catch((error) => { place.dataset.failed = error.message; });
