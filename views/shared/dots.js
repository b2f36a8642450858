/* Residences on the map: dots kept from one drawing to the next, or circles on one canvas where they are many. */
(function () {
  "use strict";
  const ilot = (window.ilot = {});
  const QUIET = "#b9b5ac";

  /* A residence in words, as HTML: its name, then the figure shown with its unit, or why there is none. */
  ilot.words = function (map, { id, title, said }) {
    const { residences = "" } = (map.ilotWhat && map.ilotWhat.figures) || {};
    return [title || id, said && residences + said].filter(Boolean).join(" · ");
  };

  /* Many residences: circles on one canvas, as light as a few, and kept as dots are. */
  ilot.crowd = function (map, all, selected) {
    const held = map.ilotCrowd || (map.ilotCrowd = { layer: L.layerGroup().addTo(map), canvas: L.canvas({ padding: 0.3 }), key: "", circles: [] });
    const key = all.map(([id, lat, lng, size]) => [id, lat, lng, size].join()).join();
    if (held.key !== key) {
      held.layer.clearLayers();
      held.circles = all.map((one) => newCircle(held, one));
      held.key = key;
    }
    const text = getComputedStyle(document.documentElement).getPropertyValue("--text-color") || "#1f2a30";
    const paper = getComputedStyle(document.documentElement).getPropertyValue("--background-color") || "#ffffff";
    held.circles.forEach((circle, i) => circle.dress(all[i], all[i][0] === selected, text, paper));
    return held.circles;
  };

  function newCircle(held, [id, lat, lng, size, , , , title]) {
    const reach = Math.max(4, size / 3);
    const circle = L.circleMarker([lat, lng], { renderer: held.canvas, radius: reach, interactive: false, fill: true }).addTo(held.layer);
    let worn = null; // what it was last dressed in
    const me = { id, at: { lat, lng }, reach, title, said: "" };
    me.dress = ([, , , , colour, , , , said], is, text, paper) => {
      me.said = said;
      const now = [colour, is, text, paper].join();
      if (now === worn) return;
      worn = now;
      const known = colour && colour !== "suppressed";
      circle.setStyle({
        fillColor: known ? colour : QUIET, fillOpacity: known ? 0.95 : 0.5,
        color: is ? text : known ? paper : "#6b6960", weight: is ? 3 : 1, dashArray: known || is ? null : colour ? "2 2" : "1 3",
      });
      if (is) circle.bringToFront();
    };
    me.paint = (tone, _shade, said) => {
      worn = null;
      me.said = said;
      circle.setStyle({ fillColor: tone || QUIET, fillOpacity: tone ? 0.95 : 0.35 });
    };
    return me;
  }

  /* The dots of residences, kept from one drawing to the next: another figure only dresses them anew. */
  ilot.dots = function (map, all, selected) {
    const held = map.ilotDots || (map.ilotDots = { layer: L.layerGroup().addTo(map), byId: new Map() });
    const shown = new Set(all.map((one) => one[0]));
    for (const [id, dot] of held.byId) if (!shown.has(id)) drop(id, dot);
    return all.map((one) => {
      const [id, lat, lng, size, , , , title] = one;
      const place = [lat, lng, size, title].join();
      let dot = held.byId.get(id);
      if (dot && dot.place !== place) drop(id, dot);
      if (!dot || dot.place !== place) held.byId.set(id, (dot = Object.assign(newDot(held.layer, id, lat, lng, size, title), { place })));
      dot.dress(one, id === selected);
      return dot;
    });

    function drop(id, dot) {
      held.layer.removeLayer(dot.marker);
      held.byId.delete(id);
    }
  };

  function newDot(layer, id, lat, lng, size, title) {
    const icon = L.divIcon({ className: "ilot-dot", html: "<i></i>", iconSize: [size, size] });
    const marker = L.marker([lat, lng], { icon });
    const me = { id, at: { lat, lng }, reach: size / 2, title, marker, said: "" };
    marker.bindTooltip(() => ilot.words(marker._map, me), { direction: "top", offset: [0, -size / 2], className: "ilot-tip" });
    marker.on("click", () => {
      ilot.pulse(marker._map, { lat, lng });
      ilot.tell({ lat, lng }, id);
    });
    marker.on("keydown", ({ originalEvent: pressed }) => {
      if (pressed.key !== "Enter" && pressed.key !== " ") return;
      pressed.preventDefault();
      marker.fire("click");
    });
    marker.addTo(layer);
    const dot = marker.getElement(), disc = dot.firstChild;
    dot.dataset.id = id;
    let worn = null; // what it was last dressed in
    const named = (said) => {
      me.said = said;
      const words = ilot.decoded(ilot.words(marker._map, me));
      if (dot.getAttribute("aria-label") !== words) dot.setAttribute("aria-label", words);
    };
    me.dress = ([, , , , colour, ink, letter, , said], is) => {
      named(said);
      const now = [colour, ink, letter, is].join();
      if (now === worn) return;
      worn = now;
      dot.classList.toggle("is-suppressed", colour === "suppressed");
      dot.classList.toggle("is-unknown", !colour);
      dot.classList.toggle("is-selected", is);
      disc.style.backgroundColor = ink ? colour : "";
      disc.style.color = ink || "";
      disc.innerHTML = letter;
      marker.setZIndexOffset(is ? 10000 : -Math.round(size) * 10);
    };
    me.paint = (tone, shade, said) => {
      worn = null;
      named(said);
      dot.classList.toggle("is-unknown", !tone);
      dot.classList.remove("is-suppressed");
      disc.style.backgroundColor = tone || "";
      disc.style.color = tone ? shade : "";
    };
    return me;
  }
})();
