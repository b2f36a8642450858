/* What travels short where there is much of it: places and outlines as steps of 1e-5 degree, texts by their pieces. */
(function () {
  "use strict";
  const ilot = window.ilot;
  const STEP = 1e5;

  /* Residences as rows; many come as columns: keys, names, places from a corner, sizes and classes as characters. */
  ilot.unpacked = function (told) {
    if (Array.isArray(told)) return told;
    const { from, sizes, tones, classes } = told;
    const places = numbers(told.places), names = texts(told.names), ids = texts(told.ids);
    const said = told.said ? numbers(told.said.of).map((rank) => told.said.words[rank]) : [];
    return ids.map((id, i) => [
      id, (from[0] + places[2 * i]) / STEP, (from[1] + places[2 * i + 1]) / STEP, sizes.charCodeAt(i) - 48,
      tones[classes.charCodeAt(i) - 48] || null, null, "", names[i], said[i] || "",
    ]);
  };

  /* Whole numbers of so many digits of 62 each: 0-9, A-Z, a-z. */
  function numbers({ wide, text }) {
    const digit = (code) => code - (code < 58 ? 48 : code < 91 ? 55 : 61);
    const found = [];
    for (let i = 0; i < text.length; i += wide) {
      let n = 0;
      for (let k = i; k < i + wide; k++) n = n * 62 + digit(text.charCodeAt(k));
      found.push(n);
    }
    return found;
  }

  /* Texts as they are, or as ranks in a list of the pieces they share. */
  function texts(told) {
    if (Array.isArray(told)) return told;
    const pieces = numbers(told.of);
    let at = 0;
    return numbers(told.many).map((many) => pieces.slice(at, (at += many)).map((rank) => told.pieces[rank]).join(""));
  }

  /* An outline as GeoJSON; one of many comes as polygons of rings, each point a step from the one before. */
  ilot.outline = function (told) {
    if (!told.rings) return told;
    const points = (flat) => {
      const found = [];
      for (let i = 0, x = 0, y = 0; i < flat.length; i += 2) found.push([(x += flat[i]) / STEP, (y += flat[i + 1]) / STEP]);
      return found;
    };
    return { type: "MultiPolygon", coordinates: told.rings.map((rings) => rings.map(points)) };
  };

  /* Whether a place lies inside an outline (GeoJSON, holes left out). */
  ilot.holds = function ({ type, coordinates }, { lat, lng }) {
    const polygons = type === "Polygon" ? [coordinates] : type === "MultiPolygon" ? coordinates : [];
    return polygons.some((rings) => rings.reduce((odd, ring) => odd !== crossed(ring, lat, lng), false));
  };

  function crossed(ring, lat, lng) {
    let odd = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [ax, ay] = ring[i], [bx, by] = ring[j];
      if (ay > lat !== by > lat && lng < ((bx - ax) * (lat - ay)) / (by - ay) + ax) odd = !odd;
    }
    return odd;
  }
})();
