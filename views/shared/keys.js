/* The map by the keyboard: one stop for the map, one for its residences; Enter picks what the cross at the centre shows.
   A tool that draws is held by the cross: arrows move it, Enter sets a corner, Backspace takes one back, Escape drops it. */
(function () {
  "use strict";
  const ilot = window.ilot;
  const { open, draw } = ilot;
  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const STEPS = { PageUp: -1, PageDown: 1 }; // every residence in turn, those of one place too
  const STRIDE_PX = { fine: 12, wide: 96 }; // of a tool in hand; wide with Shift

  ilot.open = function (map, bounds) {
    open(map, bounds);
    const box = map.getContainer();
    box.setAttribute("role", "application");
    L.DomUtil.create("div", "ilot-cross", box).setAttribute("aria-hidden", "true");
    map.ilotSaid = L.DomUtil.create("output", "ilot-said", box);
    box.addEventListener("focus", () => say(map));
    box.addEventListener("blur", () => (map.ilotSaid.textContent = ""));
    box.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const dot = event.target.closest(".ilot-dot");
      const held = event.target === box && map.ilotTool;
      const done = held ? draws(map, held, event) : dot ? along(map, dot, event.key) : event.target === box && event.key === "Enter" && pick(map);
      if (done) event.preventDefault();
      if (done && held) event.stopPropagation(); // Leaflet's own steps are longer
      if (event.key === " " && event.target.matches("a[role=button]")) {
        event.preventDefault();
        event.target.click();
      }
    });
    map.on("moveend", () => {
      stop(map);
      say(map);
    });
  };

  ilot.draw = function (group, map, what, words) {
    draw(group, map, what, words);
    map.ilotKeys = ilot.decoded(words.keys);
    map.getContainer().setAttribute("aria-label", map.ilotKeys);
    stop(map);
    say(map);
  };

  /* Give the cross a tool: what Enter, Backspace and Escape do, and its words; null puts it down. */
  ilot.hold = function (map, tool) {
    map.ilotTool = tool;
    map.getContainer().classList.toggle("is-drawing", Boolean(tool));
    if (tool) map.getContainer().focus();
    say(map);
  };

  function draws(map, tool, { key, shiftKey }) {
    const far = shiftKey ? STRIDE_PX.wide : STRIDE_PX.fine;
    if (WAYS[key]) {
      map.panBy(WAYS[key].map((way) => way * far), { animate: false });
      tool.moved(map.getCenter());
    } else if (key === "Enter") tool.set(map.getCenter());
    else if (key === "Backspace") tool.back();
    else if (key === "Escape") tool.drop();
    else return false;
    say(map);
    return true;
  }

  /* One residence alone is a stop of Tab: the one in focus, else the one picked, else the nearest to the centre. */
  function stop(map, wanted) {
    const dots = ilot.drawn().filter((one) => one.marker);
    const held = dots.find((one) => one.marker.getElement() === document.activeElement);
    const picked = dots.find((one) => one.id === map.ilotWhat.selected && map.getBounds().contains(one.at));
    const first = wanted || held || picked || central(map, dots, Infinity);
    for (const one of dots) one.marker.getElement().tabIndex = one === first ? 0 : -1;
  }

  /* From a residence in focus: an arrow goes to the next one that way, Escape back to the map. */
  function along(map, dot, key) {
    if (key === "Escape") {
      map.getContainer().focus();
      return true;
    }
    const dots = ilot.drawn().filter((one) => one.marker);
    const here = dots.findIndex((one) => one.marker.getElement() === dot);
    const next = WAYS[key] ? towards(map, dots, here, WAYS[key]) : STEPS[key] && dots.at((here + STEPS[key]) % dots.length);
    if (!next) return Boolean(WAYS[key]);
    stop(map, next);
    next.marker.getElement().focus({ preventScroll: true });
    return true;
  }

  function towards(map, dots, here, [x, y]) {
    const from = map.latLngToContainerPoint(dots[here].at);
    let best = null;
    dots.forEach((one) => {
      const away = map.latLngToContainerPoint(one.at).subtract(from);
      const ahead = away.x * x + away.y * y, aside = Math.abs(away.x * y) + Math.abs(away.y * x);
      const cost = ahead + 2 * aside;
      if (ahead > 0.5 && (!best || cost < best.cost)) best = { one, cost };
    });
    return best && best.one;
  }

  function beneath(map, at) {
    return ilot.beneath.map((tell) => tell(map, at)).find(Boolean) || "";
  }

  function central(map, all, reach) {
    return ilot.nearest(map, map.getSize().divideBy(2), all, reach);
  }

  /* What Enter picks: the residence under the cross; on one canvas, which Tab cannot enter, the nearest in sight. */
  function aimed(map) {
    const all = ilot.drawn();
    const canvas = all.length > 0 && !all[0].marker && !(map.ilotWhat.tiles && map.ilotWhat.tiles.classes);
    return central(map, canvas ? all.filter((one) => map.getBounds().contains(one.at)) : all, canvas ? Infinity : undefined);
  }

  /* A click like any other where the cross is, or on the residence it shows. */
  function pick(map) {
    const box = map.getContainer(), one = aimed(map), frame = box.getBoundingClientRect();
    const at = one ? map.latLngToContainerPoint(one.at) : map.getSize().divideBy(2);
    const [clientX, clientY] = [frame.left + at.x, frame.top + at.y];
    const hit = document.elementFromPoint(clientX, clientY);
    const ours = hit && box.contains(hit) && !hit.closest(".leaflet-control, .ilot-months");
    (ours ? hit : box).dispatchEvent(new MouseEvent("click", { clientX, clientY, bubbles: true, cancelable: true, view: window }));
    return true;
  }

  /* Tell, in sight and aloud, what Enter would pick; without any, what the keys do. */
  function say(map) {
    const box = map.getContainer();
    if (map.ilotAim) map.ilotAim.remove();
    map.ilotAim = null;
    if (document.activeElement !== box || !box.matches(":focus-visible")) return;
    const one = map.ilotTool ? null : aimed(map), at = map.getCenter();
    const told = map.ilotTool ? map.ilotTool.words() : one ? ilot.words(map, one) : ilot.areaAt(map, at) || beneath(map, at);
    map.ilotSaid.textContent = told ? ilot.decoded(told) : map.ilotKeys || "";
    if (one) map.ilotAim = L.circleMarker(one.at, { radius: one.reach + 5, fill: false, weight: 3, className: "ilot-aim", interactive: false }).addTo(map);
  }
})();
