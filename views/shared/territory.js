/* Territories on the map: cells by area, borders, offices; a lasso and a box to choose residences, a sweep to give them. */
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
    held.t = t;
    untold(map);
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
    held.locked = locked;
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
      cell.getElement()?.setAttribute("tabindex", "-1"); // the cross reads them: no stop of Tab for each
      cell.on("click", () => touched(map, i));
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
    const sides = ground.sides.map(([a, b, line]) => [a, b, length(map, line)]);
    return { key: ground.key, layer, cells, border, dots, offices, points: ground.points, ids: ground.ids, titles: ground.titles, rings: ground.cells, sides };
  }

  function length(map, line) {
    let metres = 0;
    for (let i = 1; i < line.length; i++) metres += map.distance(line[i - 1], line[i]);
    return metres;
  }

  /* Both sides' work before and after, summed here: it is told under the finger, before the page answers. */
  function tell_totals(map, units, to) {
    const held = map.ilotTerritory, t = held.t, tally = t.tally;
    if (!tally) return;
    const free = units.filter((i) => !held.locked.has(i) && !tally.closed.includes(t.areas[i]));
    const taker = to === undefined ? neighbour(held, free) : to;
    const box = map.ilotTotals || (map.ilotTotals = L.DomUtil.create("div", "ilot-totals", map.getContainer()));
    box.replaceChildren();
    box.hidden = taker === null || !free.length;
    if (box.hidden) return;
    const before = tally.fixed.slice(), after = tally.fixed.slice(), touched = new Set([taker]);
    t.areas.forEach((area, i) => { if (area >= 0) { before[area] += tally.work[i]; after[area] += tally.work[i]; } });
    for (const i of free) {
      const from = t.areas[i];
      if (from === taker) continue;
      if (from >= 0) { after[from] -= tally.work[i]; touched.add(from); }
      after[taker] += tally.work[i];
    }
    const mean = after.reduce((sum, work) => sum + work, 0) / after.length;
    const whole = new Intl.NumberFormat(tally.language, { maximumFractionDigits: 0 });
    const share = new Intl.NumberFormat(tally.language, { maximumFractionDigits: 1, minimumFractionDigits: 1, signDisplay: "exceptZero" });
    for (const area of touched) {
      const row = L.DomUtil.create("div", area === taker ? "is-taker" : "", box);
      const swatch = L.DomUtil.create("i", "", row);
      swatch.style.background = t.colours[area];
      L.DomUtil.create("b", "", row).innerHTML = tally.names[area];
      L.DomUtil.create("span", "", row).textContent = whole.format(before[area]) + " → " + whole.format(after[area]);
      const off = 100 * (after[area] / mean - 1);
      const figure = L.DomUtil.create("em", Math.abs(off) > tally.tolerance ? "is-out" : "", row);
      figure.textContent = share.format(100 * (before[area] / mean - 1)) + " → " + share.format(off) + " %";
    }
    box.dataset.told = Math.round(performance.now());
  }

  function untold(map) {
    if (map.ilotTotals) map.ilotTotals.hidden = true;
  }

  /* The area that shares the longest border with some residences, other than their own. */
  function neighbour(held, units) {
    const inside = new Set(units), own = new Set(units.map((i) => held.t.areas[i])), metres = {};
    for (const [a, b, long] of held.sides) {
      if (inside.has(a) === inside.has(b)) continue;
      const area = held.t.areas[inside.has(a) ? b : a];
      if (area >= 0 && !held.t.tally.closed.includes(area)) metres[area] = (metres[area] || 0) + long;
    }
    const order = Object.keys(metres).map(Number).sort((p, q) => own.has(p) - own.has(q) || metres[q] - metres[p]);
    return order.length && !(own.has(order[0]) && own.size === 1) ? order[0] : null;
  }

  /* A touch: the residence is marked and counted at once; the page confirms it. */
  function touched(map, i) {
    const held = map.ilotTerritory;
    if (!held.t.tally) return;
    const chosen = new Set(held.t.chosen);
    if (!chosen.delete(i)) chosen.add(i);
    mark(held, i, chosen.has(i));
    tell_totals(map, [...chosen]);
  }

  function mark(held, i, on, colour) {
    const t = held.t;
    held.cells[i].setStyle({ fillOpacity: on ? 0.9 : 0.36, color: on ? t.ink : t.paper, weight: on ? 3 : 0.6, ...(colour ? { fillColor: colour } : {}) });
    if (on) held.cells[i].bringToFront();
  }

  /* The residence whose cell holds a place of the map. */
  function under(map, point) {
    const at = map.containerPointToLatLng(point), spot = { x: at.lng, y: at.lat };
    return map.ilotTerritory.rings.findIndex((parts) =>
      parts.some((rings) => inside(spot, rings[0].map(([lat, lng]) => ({ x: lng, y: lat })))));
  }

  /* Press in an area, draw it over its neighbours: what is swept is its own, as long as it touches. */
  function sweep(map) {
    const held = map.ilotTerritory;
    const around = held.around || (held.around = held.cells.map(() => []));
    if (!around.filled) { for (const [a, b] of held.sides) { around[a].push(b); around[b].push(a); } around.filled = true; }
    let taker = null, last = null;
    const swept = new Set();
    const over = (point) => {
      const i = under(map, point);
      if (i < 0) return;
      const t = held.t;
      if (taker === null) { taker = t.areas[i] >= 0 && !t.tally.closed.includes(t.areas[i]) ? t.areas[i] : null; return; }
      const takes = t.areas[i] !== taker && !swept.has(i) && !held.locked.has(i) && !t.tally.closed.includes(t.areas[i]);
      if (!takes || !around[i].some((n) => t.areas[n] === taker || swept.has(n))) return;
      swept.add(i);
      mark(held, i, true, t.colours[taker]);
      tell_totals(map, [...swept], taker);
    };
    return {
      over: (point) => {
        const from = last || point, steps = Math.max(1, Math.ceil(from.distanceTo(point) / 5));
        for (let s = 1; s <= steps; s++) over(L.point(from.x + ((point.x - from.x) * s) / steps, from.y + ((point.y - from.y) * s) / steps));
        last = point;
      },
      end: () => { if (swept.size) tell(map, [...swept].map((i) => held.ids[i]), taker); },
      drop: () => { if (swept.size) paint(map, held.t); },
    };
  }

  /* Three tools in a bar. A lasso and a box serve once; the sweep stays in hand until it is put back. */
  function tools(map, t) {
    if (!t.words) return;
    let bar = map.ilotTools;
    if (!bar) {
      bar = map.ilotTools = L.DomUtil.create("div", "leaflet-bar ilot-tools");
      for (const kind of ["sweep", "lasso", "box"]) {
        const button = L.DomUtil.create("a", "", bar);
        button.href = "#";
        button.role = "button";
        button.dataset.tool = kind;
        button.innerHTML = kind === "sweep"
          ? "<svg viewBox='0 0 24 24'><path d='M9 3c3 4-3 6 0 10s-2 5 0 8'/><path d='M13 8h7m-3-3 3 3-3 3M13 16h7m-3-3 3 3-3 3'/></svg>"
          : kind === "lasso"
          ? "<svg viewBox='0 0 24 24'><path d='M12 4c5 0 8 2.2 8 5.2S17 14.5 12 14.5 4 12.200 4 9.200 7 4 12 4Z'/><path d='M7 13.500c-1.500 1-1.500 3 .5 3.500s2 2 .5 3'/></svg>"
          : "<svg viewBox='0 0 24 24'><rect x='4.500' y='5.500' width='15' height='13' stroke-dasharray='3 2.500'/></svg>";
        L.DomEvent.on(button, "click", (event) => { L.DomEvent.stop(event); begin(map, kind, button, event.detail === 0); });
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

  function begin(map, kind, button, byKeys) {
    const box = map.getContainer();
    const again = map.ilotTool && button.classList.contains("is-on");
    if (map.ilotTool) map.ilotTool.drop();
    if (again) return;
    if (byKeys) { crossed(map, kind, button); return; }
    const old = box.querySelector(".ilot-veil");
    if (old) { old.remove(); box.querySelectorAll(".ilot-tools a").forEach((b) => b.classList.remove("is-on")); if (old.dataset.holds === kind) return; }
    button.classList.add("is-on");
    const veil = L.DomUtil.create("div", "ilot-veil", box);
    veil.dataset.holds = kind;
    const help = L.DomUtil.create("p", "ilot-help", veil);
    help.innerHTML = map.ilotTerritory.t.words[kind + "_hand"] || map.ilotTerritory.t.words[kind];
    let points = [], line = null;
    L.DomEvent.disableClickPropagation(veil);
    const at = (event) => { const r = box.getBoundingClientRect(); return L.point(event.clientX - r.left, event.clientY - r.top); };
    const shape = () => (kind === "box" && points.length
      ? [points[0], L.point(points.at(-1).x, points[0].y), points.at(-1), L.point(points[0].x, points.at(-1).y)] : points);
    let brush = null;
    const put = () => { setTimeout(() => veil.remove(), 0); button.classList.remove("is-on"); };
    veil.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      help.hidden = true;
      veil.setPointerCapture(event.pointerId);
      if (kind === "sweep") { brush = sweep(map); brush.over(at(event)); return; }
      points = [at(event)];
      line = L.polygon([], { color: "#111", weight: 2, dashArray: "5 4", fillOpacity: 0.12, interactive: false }).addTo(map);
    });
    veil.addEventListener("pointermove", (event) => {
      if (brush) brush.over(at(event));
      if (!line) return;
      points.push(at(event));
      line.setLatLngs(shape().map((p) => map.containerPointToLatLng(p)));
    });
    veil.addEventListener("pointerup", (event) => {
      if (brush) { brush.over(at(event)); brush.end(); brush = null; }
      if (!line) return;
      points.push(at(event));
      const around = shape();
      map.removeLayer(line);
      line = null;
      put();
      surround(map, around);
    });
    const drop = () => { if (brush) brush.drop(); brush = null; if (line) map.removeLayer(line); line = null; put(); };
    veil.addEventListener("pointercancel", drop);
    veil.tabIndex = -1;
    veil.focus();
    veil.addEventListener("keydown", (event) => { if (event.key === "Escape") drop(); });
  }

  /* Choose the residences inside an outline of the map's box. */
  function surround(map, around) {
    const held = map.ilotTerritory;
    const found = held.ids.map((_, i) => i).filter((i) => inside(map.latLngToContainerPoint(held.points[i].slice(0, 2)), around));
    if (!found.length) return;
    found.forEach((i) => mark(held, i, true));
    tell_totals(map, [...new Set([...held.t.chosen, ...found])]);
    tell(map, found.map((i) => held.ids[i]));
  }

  /* The same tools held by the cross: a box from corner to corner, a lasso closed by a second Enter, a sweep from Enter to Enter. */
  function crossed(map, kind, button) {
    const style = { color: "#111", weight: 2, dashArray: "5 4", fillOpacity: 0.12, interactive: false };
    const line = L.polygon([], style).addTo(map);
    const centre = () => map.getSize().divideBy(2), near = (p, q) => map.latLngToContainerPoint(p).distanceTo(map.latLngToContainerPoint(q)) <= 18;
    let corners = [], brush = null, from = null;
    const shape = (at) => (kind === "box" && corners.length
      ? [corners[0], L.latLng(corners[0].lat, at.lng), at, L.latLng(at.lat, corners[0].lng)] : [...corners, at]);
    const put = () => { line.remove(); button.classList.remove("is-on"); ilot.hold(map, null); };
    const close = (ring) => { const around = ring.map((p) => map.latLngToContainerPoint(p)); put(); surround(map, around); };
    button.classList.add("is-on");
    ilot.hold(map, {
      words: () => (corners.length ? corners.length + " · " : "") + map.ilotTerritory.t.words[kind + "_keys"],
      set: (at) => {
        if (kind === "sweep" && brush) { brush.end(); put(); }
        else if (kind === "sweep") { brush = sweep(map); brush.over(centre()); from = at; }
        else if (kind === "box" && corners.length) close(shape(at));
        else if (corners.length > 2 && (near(at, corners[0]) || near(at, corners.at(-1)))) close(corners);
        else corners.push(at);
      },
      moved: (at) => {
        if (!brush) { line.setLatLngs(shape(at)); return; }
        brush.over(map.latLngToContainerPoint(from)); // the map moved under the cross: from where it was, to the cross
        brush.over(centre());
        from = at;
      },
      back: () => { corners.pop(); line.setLatLngs(corners); },
      drop: () => { if (brush) brush.drop(); put(); button.focus(); },
    });
  }

  /* The residence whose cell a place lies in, in words: its name, its size, its area. */
  ilot.beneath.push((map, at) => {
    const held = map.ilotTerritory;
    const i = held ? under(map, map.latLngToContainerPoint(at)) : -1;
    if (i < 0) return "";
    const area = held.t.tally && held.t.tally.names[held.t.areas[i]];
    return [held.titles[i], area].filter(Boolean).join(" · ");
  });

  function inside(p, ring) {
    let odd = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const a = ring[i], b = ring[j];
      if (a.y > p.y !== b.y > p.y && p.x < ((b.x - a.x) * (p.y - a.y)) / (b.y - a.y) + a.x) odd = !odd;
    }
    return odd;
  }

  function tell(map, ids, to) {
    const centre = map.getCenter();
    const clicked = { lat: centre.lat, lng: centre.lng, id: null, ids, to: to === undefined ? null : to, click: Date.now() % 2147483647 };
    const shared = window.__GLOBAL_DATA__;
    if (!shared || !window.Streamlit) return;
    shared.lat_lng_clicked = clicked;
    shared.previous_data = { last_clicked: clicked };
    window.Streamlit.setComponentValue({ last_clicked: clicked });
  }
})();
