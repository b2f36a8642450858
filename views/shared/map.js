/* The map's own script: it draws what views/shared/map.py describes, in the map's frame, beside Leaflet. */
(function () {
  "use strict";
  const ilot = (window.ilot = {});
  const REACH_PX = 24; // a fingertip
  let clicks = 0;
  let residences = [];
  let felt = null;

  /* Prepare a new map: its place of last time, a click told at once, nothing told of panning. */
  ilot.open = function (map, bounds) {
    map.attributionControl.setPrefix(false);
    map.zoomControl.setPosition("topright");
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    map.createPane("ilot-labels").style.zIndex = 610;
    map.getPane("ilot-labels").style.pointerEvents = "none";
    const place = recall("ilot-place", bounds);
    if (place) map.setView(place.centre, place.zoom, { animate: false });
    else map.fitBounds(bounds, { animate: false });
    map.setMinZoom(Math.max(0, map.getBoundsZoom(bounds) - 1));
    map.setMaxBounds(L.latLngBounds(bounds).pad(1));
    const settle = () => {
      keep("ilot-place", bounds, { centre: map.getCenter(), zoom: map.getZoom() });
      map.getContainer().dataset.zoom = Math.round(map.getZoom());
      map.getContainer().classList.toggle("is-far", map.getZoom() < 13.5);
    };
    map.on("moveend", settle);
    settle();
    map.on("click", (event) => {
      const near = nearest(map, event.containerPoint);
      pulse(map, near ? near.at : event.latlng);
      // after every other listener: the last word on where the click was
      Promise.resolve().then(() => (near ? tell(near.at, near.id) : tell(event.latlng)));
    });
  };

  /* Draw one description; what is unchanged since the last one is not drawn again. */
  ilot.draw = function (group, map, what, words) {
    name(map, ".leaflet-control-zoom-in", words.closer);
    name(map, ".leaflet-control-zoom-out", words.wider);
    calm();
    tiles(map, what.tiles);
    (what.areas || []).forEach((area) => drawArea(group, area));
    (what.shapes || []).forEach((shape) => L.geoJSON(shape.geometry, { style: shape.style, interactive: false }).addTo(group));
    residences = (what.residences || []).map((one) => drawResidence(group, one, what.selected));
    if (what.look) look(map, what.look);
    map.getContainer().dataset.drawn = what.name || "";
  };

  function name(map, selector, word) {
    const button = map.getContainer().querySelector(selector);
    button.title = decoded(word);
    button.setAttribute("aria-label", decoded(word));
  }

  function drawArea(group, area) {
    L.geoJSON(area.geometry, { style: area.style, interactive: false }).addTo(group);
    if (!area.label) return;
    const icon = L.divIcon({ className: "ilot-label", html: "<span>" + area.label + "</span>", iconSize: null });
    L.marker(area.at, { icon, interactive: false, keyboard: false, pane: "ilot-labels" }).addTo(group);
  }

  function drawResidence(group, [id, lat, lng, size, colour, ink, letter, title], selected) {
    const classes = ["ilot-dot", colour === "suppressed" ? "is-suppressed" : colour ? "" : "is-unknown", id === selected ? "is-selected" : ""];
    const html = "<i style='" + (ink ? "background-color:" + colour + ";color:" + ink : "") + "'>" + letter + "</i>";
    const icon = L.divIcon({ className: classes.join(" "), html, iconSize: [size, size] });
    const marker = L.marker([lat, lng], { icon, zIndexOffset: id === selected ? 10000 : -Math.round(size) * 10 });
    marker.bindTooltip(title, { direction: "top", offset: [0, -size / 2], className: "ilot-tip" });
    marker.on("click", () => {
      pulse(marker._map, { lat, lng });
      tell({ lat, lng }, id);
    });
    marker.on("add", () => {
      marker.getElement().dataset.id = id;
      marker.getElement().setAttribute("aria-label", decoded(title));
    });
    marker.addTo(group);
    return { id, at: { lat, lng }, reach: size / 2 };
  }

  function nearest(map, point) {
    let best = null;
    for (const one of residences) {
      const away = map.latLngToContainerPoint(one.at).distanceTo(point);
      if (away <= Math.max(REACH_PX, one.reach) && (!best || away < best.away)) best = { ...one, away };
    }
    return best;
  }

  /* Show at once that a touch was felt, until the answer is drawn. */
  function pulse(map, at) {
    calm();
    felt = L.circleMarker(at, { radius: 14, fill: false, weight: 3, className: "ilot-pulse", interactive: false }).addTo(map);
    setTimeout(calm, 1500, felt);
  }

  function calm(one) {
    if (felt && (!one || one === felt)) felt.remove();
  }

  /* Tell the page of a click without the component's quarter of a second of waiting. */
  function tell(at, id) {
    const clicked = { lat: at.lat, lng: at.lng, id: id || null, click: ++clicks };
    const shared = window.__GLOBAL_DATA__;
    if (!shared || !window.Streamlit) return;
    shared.lat_lng_clicked = clicked;
    shared.previous_data = { last_clicked: clicked };
    window.Streamlit.setComponentValue({ last_clicked: clicked });
  }

  /* Vector tiles: kept from one drawing to the next, painted anew where the classes or colours changed. */
  function tiles(map, paint) {
    let grid = map.ilotGrid;
    if (grid && (!paint || grid.ilotPaint.url !== paint.url)) {
      map.removeLayer(grid);
      grid = map.ilotGrid = null;
    }
    if (!paint) return;
    if (grid) {
      const before = grid.ilotPaint;
      grid.ilotPaint = paint;
      if (before.classes !== paint.classes || before.colours.join() !== paint.colours.join() || before.line !== paint.line) repaint(grid);
      return;
    }
    const style = (properties, zoom) => styleOf(map.ilotGrid.ilotPaint, properties, zoom);
    grid = L.vectorGrid.protobuf(paint.url, {
      rendererFactory: crispCanvas,
      getFeatureId: (feature) => feature.properties.n,
      vectorTileLayerStyles: { [paint.layer]: style },
      minZoom: paint.minZoom,
      maxNativeZoom: paint.maxZoom,
      maxZoom: 21,
      updateWhenZooming: false,
      keepBuffer: 1,
    });
    grid.ilotPaint = paint;
    map.ilotGrid = grid;
    grid.on("load", () => (map.getContainer().dataset.tiles = "loaded"));
    grid.addTo(map);
  }

  function styleOf(paint, properties, zoom) {
    const of = paint.classes ? paint.classes.charCodeAt(properties.n) - 48 : 0;
    const colour = paint.colours[of >= 0 && of < paint.colours.length ? of : 0];
    return { fill: true, fillColor: colour, fillOpacity: 1, stroke: zoom >= 15, color: paint.line, weight: zoom >= 16 ? 1 : 0.5, opacity: 1 };
  }

  function repaint(grid) {
    for (const key of Object.keys(grid._vectorTiles)) {
      const tile = grid._vectorTiles[key];
      tile._ctx.clearRect(0, 0, tile._size.x, tile._size.y);
      for (const id of Object.keys(tile._layers)) {
        const layer = tile._layers[id];
        L.extend(layer.options, styleOf(grid.ilotPaint, layer.properties, tile._tileCoord.z));
        layer._updatePath();
      }
    }
  }

  function crispCanvas(coords, size, options) {
    const tile = L.canvas.tile(coords, size, options);
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    if (ratio > 1) {
      tile._container.setAttribute("width", size.x * ratio);
      tile._container.setAttribute("height", size.y * ratio);
      tile._ctx.scale(ratio, ratio);
    }
    return tile;
  }

  /* Go to a place the page asked for: once per asking. */
  function look(map, where) {
    const last = recall("ilot-look", where.token);
    if (last) return;
    keep("ilot-look", where.token, true);
    if (where.bounds) map.fitBounds(where.bounds, { maxZoom: 18, padding: [40, 40] });
    else map.setView(where.at, Math.max(map.getZoom(), where.zoom));
  }

  function keep(name, about, value) {
    try {
      sessionStorage.setItem(name, JSON.stringify({ about, value }));
    } catch (refused) {
      /* private browsing: the map then opens on the whole town */
    }
  }

  function recall(name, about) {
    try {
      const kept = JSON.parse(sessionStorage.getItem(name));
      return kept && JSON.stringify(kept.about) === JSON.stringify(about) ? kept.value : null;
    } catch (refused) {
      return null;
    }
  }

  function decoded(html) {
    const area = document.createElement("textarea");
    area.innerHTML = html;
    return area.value;
  }
})();
