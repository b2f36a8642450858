/* What travels short where there is much of it: places and outlines as steps of 1e-5 degree, classes as characters. */
(function () {
  "use strict";
  const ilot = window.ilot;
  const STEP = 1e5;

  /* Residences as rows; many come as columns: keys, places from a corner, sizes and classes as characters. */
  ilot.unpacked = function (told) {
    if (Array.isArray(told)) return told;
    const { ids, from, places, sizes, tones, classes } = told;
    return ids.map((id, i) => [
      id, (from[0] + places[2 * i]) / STEP, (from[1] + places[2 * i + 1]) / STEP, sizes.charCodeAt(i) - 48,
      tones[classes.charCodeAt(i) - 48] || null,
    ]);
  };

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
})();
