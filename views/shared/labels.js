/* Names of areas: where two would cover each other, the first stays and the other waits for a closer look. */
(function () {
  "use strict";
  const ilot = window.ilot;
  const CHARACTER_PX = 6;
  const LINE_PX = 14;

  ilot.names = function (map, group, areas) {
    const named = areas.filter((area) => area.label).map((area) => ({ ...area, wide: CHARACTER_PX * ilot.decoded(area.label).length, marker: null }));
    if (map.ilotNames) map.off("zoomend", map.ilotNames);
    map.ilotNames = () => {
      const taken = [];
      named.forEach((one) => {
        const { x, y } = map.project(one.at);
        const free = !taken.some((held) => Math.abs(held.x - x) < (held.wide + one.wide) / 2 && Math.abs(held.y - y) < LINE_PX);
        if (free) taken.push({ x, y, wide: one.wide });
        if (free === Boolean(one.marker)) return;
        if (free) one.marker = label(one).addTo(group);
        else {
          group.removeLayer(one.marker);
          one.marker = null;
        }
      });
    };
    map.on("zoomend", map.ilotNames);
    map.ilotNames();
  };

  function label(one) {
    const icon = L.divIcon({ className: "ilot-label", html: "<span>" + one.label + "</span>", iconSize: null });
    return L.marker(one.at, { icon, interactive: false, keyboard: false, pane: "ilot-labels" });
  }
})();
