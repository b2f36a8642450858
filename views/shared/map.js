/* The map's own script: it draws what views/shared/map.py describes, in the map's frame, beside Leaflet. */
(function () {
  "use strict";
  const ilot = window.ilot;
  const REACH_PX = 24; // a fingertip
  let clicks = 0;
  let residences = [];
  let felt = null;
  const CROWD = 600; // more residences than this are drawn on one canvas, not as elements
  const LINKED = "ilot-view";

  /* Prepare a new map: its place of last time, a click told at once, nothing told of panning. */
  ilot.open = function (map, bounds) {
    map.attributionControl.setPrefix(false);
    map.zoomControl.setPosition("topright");
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    map.createPane("ilot-labels").style.zIndex = 610;
    map.getPane("ilot-labels").style.pointerEvents = "none";
    map.ilotAddressed = addressed();
    const settle = () => {
      if (!map.ilotSized) return;
      if (map.ilotWhat && map.ilotWhat.address) address(map);
      if (!map.ilotFollowing) share(map);
      const place = { centre: map.getCenter(), zoom: map.getZoom() };
      keep("ilot-place", bounds, same(place, map.ilotFitted) ? null : place);
      map.getContainer().dataset.zoom = Math.round(map.getZoom());
      map.getContainer().classList.toggle("is-far", map.getZoom() < 13.5);
    };
    map.setView(L.latLngBounds(bounds).getCenter(), 13, { animate: false });
    map.on("moveend", settle);
    sized(map, () => {
      const place = map.ilotAddressed || recall("ilot-place", bounds);
      if (place) map.setView(place.centre, place.zoom, { animate: false });
      else {
        map.fitBounds(bounds, { animate: false });
        map.ilotFitted = { centre: map.getCenter(), zoom: map.getZoom() };
      }
      map.setMinZoom(Math.max(0, map.getBoundsZoom(bounds) - 1));
      map.setMaxBounds(L.latLngBounds(bounds).pad(1));
      settle();
    });
    follow(map);
    map.on("click", (event) => {
      const near = nearest(map, event.containerPoint);
      pulse(map, near ? near.at : event.latlng);
      // after every other listener: the last word on where the click was
      Promise.resolve().then(() => (near ? tell(near.at, near.id) : tell(event.latlng)));
    });
  };

  /* Do something once the map has a size: its frame may be drawn before the page shows it. */
  function sized(map, act) {
    const has = () => map.getSize().x > 0 && map.getSize().y > 0;
    if (!map.ilotWaiting && has()) {
      map.ilotSized = true;
      act();
      return;
    }
    if (map.ilotWaiting) {
      map.ilotWaiting.push(act);
      return;
    }
    map.ilotWaiting = [act];
    new ResizeObserver((_seen, watcher) => {
      map.invalidateSize({ animate: false, pan: false });
      if (!has()) return;
      watcher.disconnect();
      const waiting = map.ilotWaiting;
      map.ilotWaiting = null;
      map.ilotSized = true;
      waiting.forEach((one) => one());
    }).observe(map.getContainer());
  }

  /* Draw one description; what is unchanged since the last one is not drawn again. */
  ilot.draw = function (group, map, what, words) {
    name(map, ".leaflet-control-zoom-in", words.closer);
    name(map, ".leaflet-control-zoom-out", words.wider);
    calm();
    map.ilotWhat = what;
    ground(map, words.base);
    tiles(map, what.tiles);
    map.ilotAreas = (what.areas || []).map((area) => ({ ...area, layer: drawArea(group, area) }));
    (what.shapes || []).forEach((shape) => L.geoJSON(shape.geometry, { style: shape.style, interactive: false }).addTo(group));
    const all = ilot.unpacked(what.residences || []);
    const many = all.length > CROWD;
    const kept = ilot.dots(map, many ? [] : all, what.selected);
    residences = ilot.crowd(map, many ? all : [], what.selected);
    if (!many) residences = kept;
    ilot.names(map, group, what.areas || [], residences);
    extent(map, what, words);
    months(map, what.months, words);
    const came = map.ilotAddressed;
    sized(map, () => {
      if (what.look) look(map, what.look, came);
      map.ilotAddressed = null;
      if (what.address) address(map);
    });
    map.getContainer().dataset.residences = all.length;
    sized(map, () => (map.getContainer().dataset.drawn = what.name || ""));
  };

  /* The ground of raster tiles that a setting asks for, under all the rest. */
  function ground(map, base) {
    const url = base ? decoded(base.url).replace(/@([zxy])@/g, "{$1}") : null;
    if (map.ilotGround && map.ilotGround.ilotUrl === url) return;
    if (map.ilotGround) map.removeLayer(map.ilotGround);
    map.ilotGround = null;
    if (!url) return;
    map.ilotGround = L.tileLayer(url, { attribution: base.attribution, maxZoom: 20, maxNativeZoom: 19, zIndex: -1, referrerPolicy: "origin" }).addTo(map);
    map.ilotGround.ilotUrl = url;
  }

  /* Ask the page to keep only what the map shows: a button, so that panning costs nothing. */
  function extent(map, what, words) {
    if (!what.extent) {
      if (map.ilotExtent) map.ilotExtent.remove();
      map.ilotExtent = null;
      return;
    }
    if (!map.ilotExtent) {
      map.ilotExtent = L.control({ position: "topleft" });
      map.ilotExtent.onAdd = () => {
        const button = L.DomUtil.create("button", "ilot-extent");
        button.type = "button";
        L.DomEvent.disableClickPropagation(button);
        button.addEventListener("click", () => {
          const box = map.getBounds();
          const centre = map.getCenter();
          tell(centre, null, [[box.getSouth(), box.getWest()], [box.getNorth(), box.getEast()]]);
        });
        return button;
      };
      map.ilotExtent.addTo(map);
    }
    map.ilotExtent.getContainer().textContent = decoded(words.extent);
  }

  /* A slider of months, and its play button: colours change here, the page is asked nothing. */
  function months(map, what, words) {
    const held = map.ilotMonths;
    if (!what) {
      if (held) held.end();
      map.ilotMonths = null;
      return;
    }
    if (held && held.key === what.key) {
      held.what = what;
      held.show(held.at);
      return;
    }
    if (held) held.end();
    map.ilotMonths = player(map, what, words);
  }

  function player(map, what, words) {
    const box = L.DomUtil.create("div", "ilot-months", map.getContainer());
    L.DomEvent.disableClickPropagation(box);
    const button = L.DomUtil.create("button", "", box);
    const range = L.DomUtil.create("input", "", box);
    const label = L.DomUtil.create("output", "", box);
    button.type = "button";
    Object.assign(range, { type: "range", min: 0, max: what.labels.length - 1, step: 1 });
    range.setAttribute("aria-label", decoded(words.month));
    const me = { key: what.key, what, at: what.labels.length - 1, timer: null };
    me.show = (month) => {
      me.at = month;
      range.value = month;
      const word = decoded(me.what.labels[month]);
      label.textContent = word;
      range.setAttribute("aria-valuetext", word);
      const of = me.what.classes[month] || "";
      residences.forEach((one, rank) => {
        const rank0 = of.charCodeAt(rank) - 48;
        one.paint(me.what.colours[rank0] || null, me.what.inks[rank0], me.what.labels[month] + " · " + (me.what.said[rank0] || me.what.unknown));
      });
      map.getContainer().dataset.month = month;
    };
    me.play = (on) => {
      clearInterval(me.timer);
      me.timer = on ? setInterval(() => me.show((me.at + 1) % me.what.labels.length), 900) : null;
      button.textContent = on ? "❚❚" : "▶";
      button.setAttribute("aria-label", decoded(on ? words.pause : words.play));
    };
    me.end = () => {
      clearInterval(me.timer);
      box.remove();
    };
    button.addEventListener("click", () => me.play(!me.timer));
    range.addEventListener("input", () => {
      me.play(false);
      me.show(Number(range.value));
    });
    me.play(false);
    me.show(me.at);
    return me;
  }

  /* Two maps side by side show one place: they tell each other through the page that holds them. */
  function share(map) {
    if (!map.ilotWhat || !map.ilotWhat.linked) return;
    try {
      const detail = { token: token(map), lat: map.getCenter().lat, lng: map.getCenter().lng, zoom: map.getZoom() };
      parent.document.dispatchEvent(new parent.CustomEvent(LINKED, { detail }));
    } catch (refused) {
      /* the page is of another origin: each map goes its way */
    }
  }

  function token(map) {
    return map.ilotToken || (map.ilotToken = Math.random().toString(36).slice(2));
  }

  function follow(map) {
    const hear = (event) => {
      const at = event.detail;
      if (!map.ilotWhat || !map.ilotWhat.linked || at.token === token(map)) return;
      map.ilotFollowing = true;
      map.setView([at.lat, at.lng], at.zoom, { animate: false });
      map.ilotFollowing = false;
    };
    try {
      parent.document.addEventListener(LINKED, hear);
      window.addEventListener("pagehide", () => parent.document.removeEventListener(LINKED, hear));
    } catch (refused) {
      /* the page is of another origin */
    }
  }

  /* Centre and zoom in the page's address, so that a colleague opens the same view; the server is told nothing. */
  function address(map) {
    const at = [map.getCenter().lat.toFixed(5), map.getCenter().lng.toFixed(5), map.getZoom()].join("~");
    try {
      const url = new URL(parent.location.href);
      if (url.searchParams.get("at") === at) return;
      url.searchParams.set("at", at);
      parent.history.replaceState(parent.history.state, "", url);
    } catch (refused) {
      /* the page is of another origin */
    }
  }

  function addressed() {
    try {
      const [lat, lng, zoom] = (new URL(parent.location.href).searchParams.get("at") || "").split("~").map(Number);
      if (!(Math.abs(lat) <= 90 && Math.abs(lng) <= 180 && zoom >= 0 && zoom <= 21)) return null;
      return { centre: [lat, lng], zoom };
    } catch (refused) {
      return null;
    }
  }

  function name(map, selector, word) {
    const button = map.getContainer().querySelector(selector);
    button.title = decoded(word);
    button.setAttribute("aria-label", decoded(word));
  }

  function drawArea(group, area) {
    if (area.style.className) hatch();
    return L.geoJSON(ilot.outline(area.geometry), { style: area.style, interactive: false }).addTo(group);
  }

  /* The hatching of what may not be told, for areas: a pattern that the styles fill with. */
  function hatch() {
    if (document.getElementById("ilot-hatch")) return;
    const holder = document.createElement("div");
    holder.innerHTML =
      '<svg width="0" height="0" aria-hidden="true" style="position:absolute"><defs><pattern id="ilot-hatch" width="8" height="8" ' +
      'patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="8" height="8" fill="#e4e1d9"/><rect width="4" height="8" fill="#8d897f"/></pattern></defs></svg>';
    document.body.appendChild(holder.firstChild);
  }

  function nearest(map, point, among = residences, reach = REACH_PX) {
    let best = null;
    for (const one of among) {
      const away = map.latLngToContainerPoint(one.at).distanceTo(point);
      if (away <= Math.max(reach, one.reach) && (!best || away < best.away)) best = { one, away };
    }
    return best && best.one;
  }

  /* The area drawn that holds a place, in words: its name, the figure that fills it; empty where none is filled. */
  function areaAt(map, at) {
    const { areas } = (map.ilotWhat && map.ilotWhat.figures) || {};
    if (!areas) return "";
    const one = map.ilotAreas.find(({ layer }) => layer.getBounds().contains(at) && layer.getLayers().some(({ feature }) => ilot.holds(feature.geometry, at)));
    const told = one ? one.said || one.label : "", cut = told.lastIndexOf(" · ");
    return cut < 0 ? told : told.slice(0, cut + 3) + areas + told.slice(cut + 3);
  }

  // beneath: what else can be told of a place of the map, functions of the map and the place
  Object.assign(ilot, { pulse, tell, decoded, nearest, areaAt, beneath: [], drawn: () => residences, crisp: crispCanvas });

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
  function tell(at, id, box) {
    const clicked = { lat: at.lat, lng: at.lng, id: id || null, click: ++clicks };
    if (box) clicked.extent = box;
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
    if (!paint) {
      map.getContainer().dataset.tiles = "none";
      return;
    }
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
  function look(map, where, addressed) {
    const last = recall("ilot-look", where.token);
    if (last) return;
    keep("ilot-look", where.token, true);
    if (addressed) return;
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

  /* The whole town as this map fits it is no place to keep: a larger map fits it larger. */
  function same(place, fitted) {
    return Boolean(fitted) && place.zoom === fitted.zoom && place.centre.equals(fitted.centre, 1e-9);
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
