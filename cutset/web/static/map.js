// A map that can be moved: <div data-atlas data-src="/api/v1/places?q=…"></div>, with points and lines as GeoJSON.
// A feature's `properties` may hold `name`, `kind` and `url`. What the map shows stands in a table beside it too.
import { count, said, table } from "/static/features.js";

const COLOURS = { seizure: "#c2410c", detection: "#0369a1", case: "#6d28d9", track: "#0f766e", alarm: "#b91c1c", asset: "#1d4ed8" }, OTHER = "#334155";
const LEAST_TOGETHER = 2000, PADDING = 40;

const dark = () => matchMedia("(prefers-color-scheme: dark)").matches;
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// Where drawing has no graphics card, a frame takes as long as it has pixels and corners: such a map has fewer of both.
const PLAIN_RATIO = 0.6, PLAIN_TOLERANCE = 1.5;
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

export function plain() {
  const pen = document.createElement("canvas").getContext("webgl2");
  if (!pen) return true;
  const named = pen.getExtension("WEBGL_debug_renderer_info"), drawer = pen.getParameter(named ? named.UNMASKED_RENDERER_WEBGL : pen.RENDERER);
  pen.getExtension("WEBGL_lose_context")?.loseContext();
  return SOFTWARE.test(drawer);
}

export function style(simple) {
  const [sea, land, border] = dark() ? ["#0b1220", "#1e293b", "#475569"] : ["#e8eef4", "#fbfaf6", "#a8b3bf"];
  return {
    version: 8,
    sources: { world: { type: "geojson", data: "/static/world.geojson", attribution: "Natural Earth", ...(simple && { tolerance: PLAIN_TOLERANCE, buffer: 16 }) } },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": sea } },
      { id: "land", type: "fill", source: "world", filter: ["==", ["get", "is"], "land"], paint: { "fill-color": land, "fill-antialias": !simple } },
      { id: "border", type: "line", source: "world", filter: ["==", ["get", "is"], "border"], paint: { "line-color": border, "line-width": 0.8 } },
    ],
  };
}

function layers(found) {
  const colour = ["match", ["get", "kind"], ...Object.entries(COLOURS).flat(), OTHER];
  const together = found.features.length > LEAST_TOGETHER;
  return {
    source: { type: "geojson", data: found, cluster: together, clusterRadius: 36, clusterMaxZoom: 9 },
    layers: [
      { id: "lines", type: "line", filter: ["==", ["geometry-type"], "LineString"], paint: { "line-color": colour, "line-width": 2 } },
      // How many a circle stands for is told by its size here, and in words when it is opened.
      { id: "many", type: "circle", filter: ["has", "point_count"], paint: {
        "circle-color": OTHER, "circle-opacity": 0.75, "circle-stroke-width": 1.5, "circle-stroke-color": "#fff",
        "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "point_count"]], 0, 6, 2, 13, 5, 26] } },
      { id: "points", type: "circle", filter: ["all", ["==", ["geometry-type"], "Point"], ["!", ["has", "point_count"]]], paint: {
        "circle-color": colour, "circle-radius": 6, "circle-stroke-width": 1.5, "circle-stroke-color": "#fff" } },
    ],
  };
}

function bounds(maplibre, found) {
  const all = new maplibre.LngLatBounds();
  const take = (place) => (typeof place[0] === "number" ? all.extend(place) : place.forEach(take));
  for (const { geometry } of found.features) if (geometry) take(geometry.coordinates);
  return all;
}

async function draw(place) {
  const maplibre = await import("/static/vendor/maplibre-gl.mjs"), field = place.appendChild(document.createElement("div"));
  field.className = "atlas-field";
  const found = await said(place), simple = plain();
  const map = new maplibre.Map({
    container: field, style: style(simple), center: [-95, 25], zoom: 2, maxZoom: 12, dragRotate: false, pitchWithRotate: false,
    ...(simple && { pixelRatio: PLAIN_RATIO * devicePixelRatio }), attributionControl: { compact: true }, fadeDuration: 0, locale: {
      "Map.Title": place.dataset.name || say("Map"), "NavigationControl.ZoomIn": say("Zoom in"), "NavigationControl.ZoomOut": say("Zoom out"),
      "AttributionControl.ToggleAttribution": say("Toggle attribution") },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }));
  await new Promise((done) => map.once("load", done));
  const { source, layers: drawn } = layers(found);
  map.addSource("found", source);
  for (const layer of drawn) map.addLayer({ ...layer, source: "found" });
  const all = bounds(maplibre, found);
  if (!all.isEmpty()) map.fitBounds(all, { padding: PADDING, maxZoom: 7, animate: false });
  map.on("click", "many", async ({ features: [one] }) => {
    const zoom = await map.getSource("found").getClusterExpansionZoom(one.properties.cluster_id);
    map.easeTo({ center: one.geometry.coordinates, zoom, duration: still() ? 0 : 300 });
  });
  for (const layer of ["points", "lines"])
    map.on("click", layer, ({ features: [one], lngLat }) => {
      const words = document.createElement(one.properties.url ? "a" : "span");
      // As text and never as HTML: names are what people wrote.
      words.textContent = one.properties.name || one.properties.kind || "";
      if (one.properties.url?.startsWith("/")) words.href = one.properties.url;
      new maplibre.Popup({ maxWidth: "260px" }).setLngLat(lngLat).setDOMContent(words).addTo(map);
    });
  // Parts of a page that load themselves anew hand on what they have found.
  place.addEventListener("cutset-places", ({ detail }) => {
    map.getSource("found").setData(detail);
    table(place, detail);
  });
  place.atlas = map;
  if (simple) place.dataset.plain = "yes";
  await new Promise((done) => map.once("idle", done));
  place.dataset.drawn = count(found);
}

for (const place of document.querySelectorAll("[data-atlas]"))
  draw(place).catch((error) => {
    // Without WebGL, or without an answer, the table alone stands; it says the same.
    place.querySelector(".atlas-field")?.remove();
    place.dataset.failed = error.message;
  });
