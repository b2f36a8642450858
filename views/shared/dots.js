/* Residences on the map: dots kept from one drawing to the next, or circles on one canvas where they are many. */
(function () {
  "use strict";
  const ilot = (window.ilot = {});

  /* Many residences: circles on one canvas, as light as a few. */
  ilot.crowd = function (map) {
    const canvas = map.ilotCanvas || (map.ilotCanvas = L.canvas({ padding: 0.3 }));
    const text = getComputedStyle(document.documentElement).getPropertyValue("--text-color") || "#1f2a30";
    const paper = getComputedStyle(document.documentElement).getPropertyValue("--background-color") || "#ffffff";
    return (group, [id, lat, lng, size, colour, ink, letter, title], selected) => {
      const known = colour && colour !== "suppressed", is = id === selected;
      const circle = L.circleMarker([lat, lng], {
        renderer: canvas, radius: Math.max(4, size / 3), interactive: false, fill: true,
        fillColor: known ? colour : "#b9b5ac", fillOpacity: known ? 0.95 : 0.5,
        color: is ? text : known ? paper : "#6b6960", weight: is ? 3 : 1, dashArray: known || is ? null : colour ? "2 2" : "1 3",
      }).addTo(group);
      return { id, at: { lat, lng }, reach: Math.max(4, size / 3), title, paint: (tone) => circle.setStyle({ fillColor: tone || "#b9b5ac", fillOpacity: tone ? 0.95 : 0.35 }) };
    };
  };

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
      if (!dot || dot.place !== place) held.byId.set(id, (dot = { place, ...newDot(held.layer, id, lat, lng, size, title) }));
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
    marker.bindTooltip(title, { direction: "top", offset: [0, -size / 2], className: "ilot-tip" });
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
    dot.setAttribute("aria-label", ilot.decoded(title));
    let worn = null; // what it was last dressed in
    const dress = ([, , , , colour, ink, letter], is) => {
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
    const paint = (tone, shade) => {
      worn = null;
      dot.classList.toggle("is-unknown", !tone);
      dot.classList.remove("is-suppressed");
      disc.style.backgroundColor = tone || "";
      disc.style.color = tone ? shade : "";
    };
    return { id, at: { lat, lng }, reach: size / 2, title, marker, dress, paint };
  }
})();
