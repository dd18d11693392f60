// What a map or a graph shows, read once, and told in a table too.
const MOST_ROWS = 200;

export const count = (found) => String(found.features.length);

export async function said(place) {
  const answer = await fetch(place.dataset.src, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const found = await answer.json();
  marking(place, found);
  part(place, found);
  table(place, found);
  return found;
}

// What a map leaves out, it says.
function part(place, { total, looked }) {
  if (!(total > looked)) return;
  const line = document.createElement("p");
  line.className = "soft small part";
  line.textContent = say("Of {total} reports that have a position, the first {looked} are shown.", { total, looked });
  place.append(line);
}

// What is drawn is marked as the whole of it is, above it, as every page is.
function marking(place, { banner, made }) {
  const words = [banner, made ? place.dataset.made || say("Made exercise data") : ""].filter(Boolean);
  if (!words.length) return;
  const line = document.createElement("p");
  line.className = "marks";
  line.textContent = words.join(" · ");
  place.prepend(line);
}

export function table(place, found) {
  place.querySelector(".as-list")?.remove();
  const details = place.appendChild(document.createElement("details")), list = document.createElement("ul");
  details.className = "as-list";
  const shown = found.features.slice(0, MOST_ROWS), left = found.features.length - shown.length;
  details.appendChild(document.createElement("summary")).textContent = `${place.dataset.list || say("As a list")} (${count(found)})`;
  for (const { properties, geometry } of shown) {
    const row = list.appendChild(document.createElement("li")), link = properties.url?.startsWith("/");
    const name = row.appendChild(document.createElement(link ? "a" : "span"));
    name.textContent = properties.name || properties.kind || "";
    if (link) name.href = properties.url;
    if (geometry?.type === "Point") {
      const [longitude, latitude] = geometry.coordinates;
      row.append(` ${latitude.toFixed(3)}, ${longitude.toFixed(3)}`);
    }
  }
  if (left > 0) list.appendChild(document.createElement("li")).textContent = `… ${left}`;
  details.append(list);
}
