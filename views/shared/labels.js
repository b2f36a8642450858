/* Names of areas, and of residences seen from near: the greatest first; one that another covers waits for a closer look. */
(function () {
  "use strict";
  const ilot = window.ilot;
  const CHARACTER_PX = 6;
  const LINE_PX = 14;
  const NEAR = 16.5; // the zoom from which residences are named
  const MOST = 60;

  ilot.names = function (map, group, areas, residences) {
    const named = areas.filter((area) => area.label).map((area) => name(area.at, area.label, 0));
    const near = L.layerGroup().addTo(group);
    if (map.ilotNames) map.off("moveend", map.ilotNames);
    let zoom = null, taken = [];
    map.ilotNames = () => {
      if (zoom !== map.getZoom()) {
        zoom = map.getZoom();
        taken = [];
        for (const one of named) put(map, group, one, fits(map, taken, one));
      }
      near.clearLayers();
      map.getContainer().dataset.named = "0";
      if (zoom < NEAR) return;
      const seen = map.getBounds().pad(0.1), here = taken.slice();
      const most = residences.filter((one) => one.title && seen.contains(one.at)).slice(0, MOST);
      for (const one of most) {
        const found = name([one.at.lat, one.at.lng], one.title.split(" · ")[0], one.reach + 11);
        if (fits(map, here, found)) label(found).addTo(near);
      }
      map.getContainer().dataset.named = near.getLayers().length;
    };
    map.on("moveend", map.ilotNames);
    map.ilotNames();
  };

  function name(at, text, under) {
    return { at, text, under, wide: CHARACTER_PX * ilot.decoded(text).length, marker: null };
  }

  /* Whether there is room for a name; the room is then taken. */
  function fits(map, taken, one) {
    const { x, y } = map.project(one.at).add([0, one.under]);
    const free = !taken.some((held) => Math.abs(held.x - x) < (held.wide + one.wide) / 2 && Math.abs(held.y - y) < LINE_PX);
    if (free) taken.push({ x, y, wide: one.wide });
    return free;
  }

  function put(map, group, one, shown) {
    if (shown === Boolean(one.marker)) return;
    if (shown) one.marker = label(one).addTo(group);
    else {
      group.removeLayer(one.marker);
      one.marker = null;
    }
  }

  function label({ at, text, under }) {
    const icon = L.divIcon({ className: under ? "ilot-label is-residence" : "ilot-label", html: "<span>" + text + "</span>", iconSize: null, iconAnchor: [0, -under] });
    return L.marker(at, { icon, interactive: false, keyboard: false, pane: "ilot-labels" });
  }
})();
