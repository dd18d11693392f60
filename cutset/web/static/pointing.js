// A position that is pointed to on a map, for the seizure form. The map is fetched only when somebody asks for it.
const button = document.getElementById("point"), place = document.getElementById("pointing");
const form = document.getElementById("seizure").elements, told = document.getElementById("located");
const CLOSE = 7, FAR = 2;

function sheet(path) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = path;
  document.head.append(link);
}

async function draw() {
  for (const path of ["/static/vendor/maplibre-gl.css", "/static/atlas.css"]) sheet(path);
  const [maplibre, { plain, style }] = await Promise.all([import("/static/vendor/maplibre-gl.mjs"), import("/static/map.js")]);
  const field = place.appendChild(document.createElement("div")), simple = plain();
  field.className = "atlas-field";
  const given = Number.parseFloat(form.latitude.value) && Number.parseFloat(form.longitude.value);
  const map = new maplibre.Map({
    container: field, style: style(simple), center: given ? [Number(form.longitude.value), Number(form.latitude.value)] : [-95, 25],
    zoom: given ? CLOSE : FAR, maxZoom: 12, dragRotate: false, pitchWithRotate: false, fadeDuration: 0,
    ...(simple && { pixelRatio: 0.6 * devicePixelRatio }), attributionControl: { compact: true },
    locale: { "Map.Title": place.dataset.name, "NavigationControl.ZoomIn": say("Zoom in"), "NavigationControl.ZoomOut": say("Zoom out"), "AttributionControl.ToggleAttribution": say("Toggle attribution") },
  });
  map.addControl(new maplibre.NavigationControl({ showCompass: false }));
  const spot = new maplibre.Marker();
  const take = (at) => {
    const { lng, lat } = at.wrap();
    spot.setLngLat([lng, lat]).addTo(map);
    form.latitude.value = lat.toFixed(5);
    form.longitude.value = lng.toFixed(5);
    told.textContent = `${lat.toFixed(5)}, ${lng.toFixed(5)}`;
  };
  map.on("click", ({ lngLat }) => take(lngLat));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    take(map.getCenter());
  });
  await new Promise((done) => map.once("idle", done));
  place.dataset.drawn = "yes";
  map.getCanvas().focus();
}

button.hidden = false;
button.addEventListener("click", async () => {
  button.disabled = true;
  place.hidden = false;
  try {
    await draw();
  } catch {
    // Without a network, or without WebGL.
    place.hidden = true;
    place.querySelector(".atlas-field")?.remove();
    button.disabled = false;
    told.textContent = say("The map does not come: type the place, or use the position.");
  }
});
