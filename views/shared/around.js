/* What surrounds the sites: one public layer over the parcels, in patterns that leave their colours readable. */
(function () {
  "use strict";
  const ilot = window.ilot;
  const draw = ilot.draw;
  const PANE = "ilot-around";
  const SIDE = 16; // of a pattern in px: it divides that of a tile, so that patterns go on from one to the next
  const SHARP = 2;
  const made = new Map();

  ilot.draw = function (group, map, what, words) {
    draw(group, map, what, words);
    around(map, what.around || []);
  };

  /* Draw the parts of one layer; the same ones are kept, none of them fetches nothing. */
  function around(map, parts) {
    const key = JSON.stringify(parts);
    const held = map.ilotAround;
    if (held && held.key === key) return;
    if (held) held.grids.forEach((one) => map.removeLayer(one));
    if (!map.getPane(PANE)) Object.assign(map.createPane(PANE).style, { zIndex: 350, pointerEvents: "none" });
    const now = (map.ilotAround = { key, grids: [], waiting: parts.length });
    const told = (state) => (map.getContainer().dataset.around = state);
    told(parts.length ? "loading" : "none");
    now.grids = parts.map((part) => grid(part).once("load", () => {
      now.waiting -= 1;
      if (!now.waiting && map.ilotAround === now) told(parts[0].layer);
    }).addTo(map));
  }

  function grid(part) {
    const looks = part.looks.map((styles) => styles.map(filled));
    const style = (properties) => looks[rankOf(part, properties)] || [];
    return L.vectorGrid.protobuf(part.url, {
      rendererFactory: ilot.crisp,
      vectorTileLayerStyles: { [part.layer]: style },
      pane: PANE,
      minZoom: part.minZoom,
      maxNativeZoom: part.maxZoom,
      maxZoom: 21,
      updateWhenZooming: false,
      keepBuffer: 1,
    });
  }

  /* The class of a feature: by its text, else by the last bound that it reaches; the last look is for no value. */
  function rankOf(part, properties) {
    const told = properties[part.by];
    if (part.kinds) return Object.hasOwn(part.kinds, told) ? part.kinds[told] : part.otherwise;
    if (!part.bounds) return 0;
    if (typeof told !== "number") return part.bounds.length;
    return Math.max(0, part.bounds.filter((bound) => told >= bound).length - 1);
  }

  function filled(style) {
    if (!style.pattern) return style;
    return { ...style, fillColor: pattern(style.pattern, style.color, style.halo) };
  }

  function pattern(name, ink, halo) {
    const key = [name, ink, halo].join();
    if (!made.has(key)) made.set(key, drawn(PATTERNS[name], ink, halo));
    return made.get(key);
  }

  /* Of each pattern: px between lines, their width, whether they cross; or the radius of its dots. */
  const PATTERNS = {
    dots: { radius: 1.3 },
    thin: { every: 16, width: 1.5 },
    lines: { every: 8, width: 1.8 },
    cross: { every: 16, width: 1.8, crossed: true },
    dense: { every: 8, width: 1.5, crossed: true },
  };

  function drawn(what, ink, halo) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIDE * SHARP;
    const pen = canvas.getContext("2d");
    pen.scale(SHARP, SHARP);
    for (const [colour, wider] of [[halo, 0.8], [ink, 0]]) {
      pen.strokeStyle = pen.fillStyle = colour;
      pen.globalAlpha = wider ? 0.6 : 1;
      if (what.radius) dots(pen, what.radius + wider);
      else lines(pen, what, what.width + 2 * wider);
    }
    const made = pen.createPattern(canvas, "repeat");
    made.setTransform(new DOMMatrix().scale(1 / SHARP));
    return made;
  }

  function dots(pen, radius) {
    for (const at of [SIDE / 4, (3 * SIDE) / 4]) {
      pen.beginPath();
      pen.arc(at, at, radius, 0, 2 * Math.PI);
      pen.fill();
    }
  }

  function lines(pen, { every, crossed }, width) {
    pen.lineWidth = width;
    pen.beginPath();
    for (let at = -SIDE; at <= 2 * SIDE; at += every) {
      pen.moveTo(at - SIDE, 2 * SIDE);
      pen.lineTo(at + 2 * SIDE, -SIDE);
      if (!crossed) continue;
      pen.moveTo(at - 2 * SIDE, -SIDE);
      pen.lineTo(at + SIDE, 2 * SIDE);
    }
    pen.stroke();
  }
})();
