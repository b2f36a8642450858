/* A site drawn on the map: a button, then a corner a touch, closed on the first one; by keys, a corner where the cross is. */
(function () {
  "use strict";
  const ilot = window.ilot;
  const draw = ilot.draw;
  const CLOSE_PX = 18;

  ilot.draw = function (group, map, what, words) {
    draw(group, map, what, words);
    if (what.sketch) button(map, what.sketch);
  };

  function button(map, words) {
    let one = map.ilotSketch;
    if (!one) {
      const bar = L.DomUtil.create("div", "leaflet-bar ilot-tools leaflet-control");
      one = map.ilotSketch = L.DomUtil.create("a", "", bar);
      one.href = "#";
      one.role = "button";
      one.dataset.tool = "sketch";
      one.innerHTML = "<svg viewBox='0 0 24 24'><path d='M5 17 8 6l9-1 3 9-7 5Z'/><circle cx='5' cy='17' r='1.800'/><circle cx='8' cy='6' r='1.800'/></svg>";
      L.DomEvent.on(one, "click", (event) => { L.DomEvent.stop(event); begin(map, one, event.detail === 0); });
      L.DomEvent.disableClickPropagation(bar);
      map._controlCorners.topleft.appendChild(bar);
    }
    one.title = decoded(words.draw);
    one.setAttribute("aria-label", decoded(words.draw));
    one.dataset.help = decoded(words.close);
    one.dataset.keys = decoded(words.keys);
  }

  function begin(map, one, byKeys) {
    const box = map.getContainer();
    const old = box.querySelector(".ilot-veil");
    if (old) { old.stop(); return; }
    one.classList.add("is-on");
    const veil = L.DomUtil.create("div", "ilot-veil", box);
    const help = L.DomUtil.create("p", "ilot-help", veil);
    help.textContent = one.dataset.help;
    help.hidden = byKeys;
    const line = L.polyline([], { color: "#aa4499", weight: 3, dashArray: "6 4", interactive: false }).addTo(map);
    const start = L.circleMarker([0, 0], { radius: 8, color: "#aa4499", fillOpacity: 0.6, interactive: false });
    const points = [];
    veil.stop = () => {
      line.remove();
      start.remove();
      one.classList.remove("is-on");
      setTimeout(() => veil.remove(), 0);
      if (map.ilotTool) ilot.hold(map, null);
    };
    L.DomEvent.disableClickPropagation(veil);
    veil.addEventListener("click", (event) => {
      const r = box.getBoundingClientRect();
      set(map.containerPointToLatLng(L.point(event.clientX - r.left, event.clientY - r.top)), [0]);
    });
    /* Set a corner; on one that closes (its rank), tell the outline. */
    function set(at, closing) {
      const here = map.latLngToContainerPoint(at);
      const near = (rank) => here.distanceTo(map.latLngToContainerPoint(points.at(rank))) <= CLOSE_PX;
      if (points.length > 2 && closing.some(near)) {
        const ring = points.map((p) => [p.lat, p.lng]);
        veil.stop();
        tell(map, ring);
        return;
      }
      points.push(at);
      start.setLatLng(points[0]).addTo(map);
      line.setLatLngs(points);
    }
    if (byKeys)
      ilot.hold(map, {
        words: () => (points.length ? points.length + " · " : "") + one.dataset.keys,
        set: (at) => set(at, [0, -1]),
        moved: (at) => line.setLatLngs([...points, at]),
        back: () => {
          points.pop();
          line.setLatLngs(points);
          if (!points.length) start.remove();
        },
        drop: () => {
          veil.stop();
          one.focus();
        },
      });
    veil.addEventListener("pointermove", (event) => {
      if (!points.length) return;
      const r = box.getBoundingClientRect();
      line.setLatLngs([...points, map.containerPointToLatLng(L.point(event.clientX - r.left, event.clientY - r.top))]);
    });
  }

  function tell(map, ring) {
    const centre = map.getCenter();
    const clicked = { lat: centre.lat, lng: centre.lng, id: null, ring, click: Date.now() % 2147483647 };
    const shared = window.__GLOBAL_DATA__;
    if (!shared || !window.Streamlit) return;
    shared.lat_lng_clicked = clicked;
    shared.previous_data = { last_clicked: clicked };
    window.Streamlit.setComponentValue({ last_clicked: clicked });
  }

  function decoded(html) {
    const area = document.createElement("textarea");
    area.innerHTML = html;
    return area.value;
  }
})();
