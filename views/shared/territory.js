/* Territories on the map: cells by area, borders, offices; a lasso and a box to choose residences. */
(function () {
  "use strict";
  const ilot = window.ilot;
  const draw = ilot.draw;

  ilot.draw = function (group, map, what, words) {
    draw(group, map, what, words);
    if (what.territory) paint(map, what.territory);
  };

  function paint(map, t) {
    let held = map.ilotTerritory;
    if (!held || held.key !== t.ground.key) {
      if (held) map.removeLayer(held.layer);
      held = map.ilotTerritory = build(map, t.ground);
    }
    const area = (i) => t.areas[i];
    const chosen = new Set(t.chosen), moved = new Set(t.moved), locked = new Set(t.locked), apart = new Set(t.apart);
    held.cells.forEach((cell, i) => {
      const is = chosen.has(i);
      cell.setStyle({
        fillColor: t.colours[area(i)] || "#888888",
        fillOpacity: is ? 0.9 : apart.has(i) ? 0.68 : t.dark ? 0.42 : 0.36,
        color: is || apart.has(i) ? t.ink : t.paper,
        weight: is ? 3 : apart.has(i) ? 2.5 : 0.6,
        dashArray: !is && apart.has(i) ? "6 5" : null,
      });
      if (is) cell.bringToFront();
    });
    held.dots.forEach((dot, i) => {
      dot.setStyle({
        fillColor: locked.has(i) ? t.ink : t.colours[area(i)] || "#888888",
        color: moved.has(i) ? t.ink : t.paper,
        weight: moved.has(i) ? 3 : 1.5,
      });
    });
    held.border.setLatLngs(t.ground.sides.filter(([a, b]) => t.areas[a] !== t.areas[b]).map((side) => side[2]));
    held.border.setStyle({ color: t.ink });
    held.border.bringToFront();
    held.dots.forEach((dot) => dot.bringToFront());
    held.offices.forEach((office) => office.getElement()?.style.setProperty("--area", t.colours[office.area]));
    tools(map, t);
    map.getContainer().dataset.chosen = t.chosen.length;
    map.getContainer().dataset.tiles = "none";
  }

  function build(map, ground) {
    const layer = L.layerGroup().addTo(map);
    const quiet = { interactive: false };
    const cells = ground.cells.map((rings, i) => {
      const cell = L.polygon(rings, { fillOpacity: 0.4, weight: 0.6 }).addTo(layer);
      cell.bindTooltip(ground.titles[i], { sticky: true, className: "ilot-tip" });
      return cell;
    });
    const border = L.polyline([], { ...quiet, weight: 3, opacity: 0.9, lineCap: "round" }).addTo(layer);
    const dots = ground.points.map(([lat, lng, radius]) =>
      L.circleMarker([lat, lng], { ...quiet, radius, fillOpacity: 1, weight: 1.5 }).addTo(layer));
    const offices = ground.offices.map(([lat, lng, title, area]) => {
      const icon = L.divIcon({ className: "ilot-office", html: "<i></i><span>" + title + "</span>", iconSize: [22, 22] });
      const office = L.marker([lat, lng], { icon, interactive: false, keyboard: false, pane: "ilot-labels" }).addTo(layer);
      office.area = area;
      return office;
    });
    return { key: ground.key, layer, cells, border, dots, offices, points: ground.points, ids: ground.ids };
  }

  /* Two tools in a bar: a lasso and a box. Each serves once, under the finger or the mouse. */
  function tools(map, t) {
    if (!t.words) return;
    let bar = map.ilotTools;
    if (!bar) {
      bar = map.ilotTools = L.DomUtil.create("div", "leaflet-bar ilot-tools");
      for (const kind of ["lasso", "box"]) {
        const button = L.DomUtil.create("a", "", bar);
        button.href = "#";
        button.role = "button";
        button.dataset.tool = kind;
        button.innerHTML = kind === "lasso"
          ? "<svg viewBox='0 0 24 24'><path d='M12 4c5 0 8 2.2 8 5.2S17 14.5 12 14.5 4 12.200 4 9.200 7 4 12 4Z'/><path d='M7 13.500c-1.500 1-1.500 3 .5 3.500s2 2 .5 3'/></svg>"
          : "<svg viewBox='0 0 24 24'><rect x='4.500' y='5.500' width='15' height='13' stroke-dasharray='3 2.500'/></svg>";
        L.DomEvent.on(button, "click", (event) => { L.DomEvent.stop(event); begin(map, kind, button); });
      }
      L.DomEvent.disableClickPropagation(bar);
      map._controlCorners.topleft.appendChild(L.DomUtil.addClass(bar, "leaflet-control") || bar);
    }
    for (const button of bar.children) {
      const area = document.createElement("textarea");
      area.innerHTML = t.words[button.dataset.tool];
      button.title = area.value;
      button.setAttribute("aria-label", area.value);
    }
  }

  function begin(map, kind, button) {
    const box = map.getContainer();
    const old = box.querySelector(".ilot-veil");
    if (old) { old.remove(); box.querySelectorAll(".ilot-tools a").forEach((b) => b.classList.remove("is-on")); if (old.dataset.tool === kind) return; }
    button.classList.add("is-on");
    const veil = L.DomUtil.create("div", "ilot-veil", box);
    veil.dataset.tool = kind;
    let points = [], line = null;
    L.DomEvent.disableClickPropagation(veil);
    const at = (event) => { const r = box.getBoundingClientRect(); return L.point(event.clientX - r.left, event.clientY - r.top); };
    const shape = () => (kind === "box" && points.length
      ? [points[0], L.point(points.at(-1).x, points[0].y), points.at(-1), L.point(points[0].x, points.at(-1).y)] : points);
    veil.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      veil.setPointerCapture(event.pointerId);
      points = [at(event)];
      line = L.polygon([], { color: "#111", weight: 2, dashArray: "5 4", fillOpacity: 0.12, interactive: false }).addTo(map);
    });
    veil.addEventListener("pointermove", (event) => {
      if (!line) return;
      points.push(at(event));
      line.setLatLngs(shape().map((p) => map.containerPointToLatLng(p)));
    });
    veil.addEventListener("pointerup", (event) => {
      if (!line) return;
      points.push(at(event));
      const around = shape(), held = map.ilotTerritory;
      const ids = held.ids.filter((_, i) => inside(map.latLngToContainerPoint(held.points[i].slice(0, 2)), around));
      map.removeLayer(line);
      line = null;
      setTimeout(() => veil.remove(), 0);
      button.classList.remove("is-on");
      if (ids.length) tell(map, ids);
    });
    veil.addEventListener("pointercancel", () => { if (line) map.removeLayer(line); line = null; veil.remove(); button.classList.remove("is-on"); });
  }

  function inside(p, ring) {
    let odd = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const a = ring[i], b = ring[j];
      if (a.y > p.y !== b.y > p.y && p.x < ((b.x - a.x) * (p.y - a.y)) / (b.y - a.y) + a.x) odd = !odd;
    }
    return odd;
  }

  function tell(map, ids) {
    const centre = map.getCenter();
    const clicked = { lat: centre.lat, lng: centre.lng, id: null, ids, click: Date.now() % 2147483647 };
    const shared = window.__GLOBAL_DATA__;
    if (!shared || !window.Streamlit) return;
    shared.lat_lng_clicked = clicked;
    shared.previous_data = { last_clicked: clicked };
    window.Streamlit.setComponentValue({ last_clicked: clicked });
  }
})();
