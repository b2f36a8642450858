/* A value function drawn as a curve: its points are dragged, moved by keys, added on the line, dragged out. */
const SVG = "http://www.w3.org/2000/svg";
const LEFT = 40, RIGHT = 24, TOP = 34, PLOT = 172, RUG = 14, FOOT = 46;
const TOUCH = 22; // half of 44 px
const OUT = 44; // how far outside the plot a point is let go
const HUSH_MS = 400; // keys follow one another: the last is told
const curves = new WeakMap();

export default function (component) {
  let curve = curves.get(component.parentElement);
  if (!curve) curves.set(component.parentElement, (curve = new Curve(component.parentElement)));
  curve.take(component.data, (name, value) => component.setTriggerValue(name, value));
  return () => curve.flush();
}

class Curve {
  constructor(host) {
    this.box = html("div", "curve", host);
    this.told = html("p", "told", this.box);
    this.svg = svg("svg", {}, this.box);
    this.svg.setAttribute("role", "group");
    this.ground = svg("g", { "aria-hidden": "true" }, this.svg);
    this.reach = svg("path", { class: "reach" }, this.svg);
    this.line = svg("path", { class: "line" }, this.svg);
    this.guides = svg("path", { class: "guide", fill: "none" }, this.svg);
    this.dots = svg("g", {}, this.svg);
    const tools = html("div", "tools", this.box);
    this.add = html("button", "", tools);
    this.remove = html("button", "", tools);
    this.add.type = this.remove.type = "button";
    this.points = [];
    this.chosen = 0;
    this.width = 0;
    this.listen();
    new ResizeObserver(() => this.draw()).observe(this.svg);
  }

  /* New numbers from the server; what the visitor moved since then is kept. */
  take(data, tell) {
    const other = !this.data || this.data.code !== data.code;
    if (other) { clearTimeout(this.timer); this.timer = null; this.moving = null; this.awaited = null; this.chosen = 0; }
    this.data = data;
    this.tell = tell;
    if (this.awaited !== null && data.told === this.awaited) this.awaited = null;
    if (!this.moving && !this.timer && this.awaited === null) this.points = data.points.map(([m, v]) => [m, v]);
    this.chosen = Math.min(this.chosen, this.points.length - 1);
    this.add.textContent = data.words.add;
    this.remove.textContent = data.words.remove;
    this.svg.setAttribute("aria-label", data.words.title);
    this.draw();
  }

  listen() {
    this.svg.addEventListener("pointerdown", (event) => this.press(event));
    // a finger on a point moves it; elsewhere on the drawing it scrolls what holds it
    this.svg.addEventListener("touchstart", (event) => { if (this.moving) event.preventDefault(); }, { passive: false });
    this.svg.addEventListener("pointermove", (event) => this.drag(event));
    this.svg.addEventListener("pointerup", () => this.release(true));
    this.svg.addEventListener("pointercancel", () => this.release(false));
    this.dots.addEventListener("focusin", (event) => { this.chosen = this.rank(event.target); this.draw(); });
    this.dots.addEventListener("keydown", (event) => this.press_key(event));
    this.box.addEventListener("focusout", () => this.flush());
    this.add.addEventListener("click", () => this.insert(this.roomiest(), true));
    this.remove.addEventListener("click", () => this.drop(this.chosen));
  }

  /* ---- moving ---- */

  press(event) {
    if (event.button || this.moving) return;
    const at = this.at(event);
    const before = this.points.map((p) => [...p]);
    let rank = this.nearest(at);
    if (rank < 0 && event.target === this.reach) rank = this.insert(this.measure(at.x), false);
    if (rank < 0) return;
    event.preventDefault();
    this.svg.setPointerCapture(event.pointerId);
    const [m, v] = this.points[rank];
    this.moving = { rank, before, dx: this.x(m) - at.x, dy: this.y(v) - at.y, leaving: false };
    this.chosen = rank;
    this.dots.children[rank].focus({ preventScroll: true });
    this.draw();
  }

  drag(event) {
    const moving = this.moving;
    if (!moving) return;
    const at = this.at(event);
    moving.leaving = this.points.length > 2
      && (at.y < TOP - OUT || at.y > TOP + PLOT + OUT || at.x < LEFT - OUT || at.x > this.width - RIGHT + OUT);
    if (!moving.leaving) this.place(moving.rank, this.measure(at.x + moving.dx), this.value(at.y + moving.dy));
    this.draw();
  }

  release(kept) {
    const moving = this.moving;
    if (!moving) return;
    this.moving = null;
    if (!kept) this.points = moving.before;
    else if (moving.leaving) this.points.splice(moving.rank, 1);
    this.chosen = Math.min(this.chosen, this.points.length - 1);
    this.draw();
    if (JSON.stringify(this.points) !== JSON.stringify(moving.before)) this.send();
  }

  press_key(event) {
    const rank = this.rank(event.target);
    const [m, v] = this.points[rank];
    const by = event.shiftKey ? this.data.fine : this.data.step;
    const moves = {
      ArrowLeft: [m - by, v], ArrowRight: [m + by, v], ArrowUp: [m, v + 1], ArrowDown: [m, v - 1],
      PageUp: [m, v + 10], PageDown: [m, v - 10], Home: [m, 0], End: [m, 100],
    };
    if (event.key in moves) this.place(rank, ...moves[event.key]);
    else if (event.key === "Delete" || event.key === "Backspace") this.drop(rank);
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.draw();
    this.soon();
  }

  /* Put a point where it is asked, between its neighbours. */
  place(rank, measure, value) {
    const { fine, low, high } = this.data;
    const from = rank ? this.points[rank - 1][0] + fine : low;
    const to = rank < this.points.length - 1 ? this.points[rank + 1][0] - fine : high;
    if (from <= to) this.points[rank][0] = this.rounded(Math.min(to, Math.max(from, this.snapped(measure))));
    this.points[rank][1] = Math.round(Math.min(100, Math.max(0, value)));
  }

  insert(measure, told) {
    if (measure === null || this.points.length >= this.data.most) return -1;
    const m = this.rounded(this.snapped(measure));
    const { fine, low, high } = this.data;
    if (m < low || m > high || this.points.some((p) => Math.abs(p[0] - m) < fine * 0.999)) return -1;
    const rank = this.points.filter((p) => p[0] < m).length;
    this.points.splice(rank, 0, [m, Math.round(this.worth(m))]);
    this.chosen = rank;
    this.draw();
    if (told) { this.dots.children[rank].focus(); this.soon(); }
    return rank;
  }

  drop(rank) {
    if (this.points.length <= 2) return;
    this.points.splice(rank, 1);
    this.chosen = Math.min(rank, this.points.length - 1);
    this.draw();
    this.dots.children[this.chosen].focus();
    this.soon();
  }

  /* ---- telling ---- */

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), HUSH_MS);
  }

  flush() { if (this.timer) this.send(); }

  send() {
    clearTimeout(this.timer);
    this.timer = null;
    this.awaited = Date.now() % 2147483647;
    this.tell("moved", { code: this.data.code, points: this.points, told: this.awaited });
  }

  /* ---- geometry ---- */

  x(m) { return LEFT + ((m - this.data.low) / (this.data.high - this.data.low)) * (this.width - LEFT - RIGHT); }
  y(v) { return TOP + (1 - v / 100) * PLOT; }
  measure(x) { return this.data.low + ((x - LEFT) / (this.width - LEFT - RIGHT)) * (this.data.high - this.data.low); }
  value(y) { return 100 * (1 - (y - TOP) / PLOT); }
  at(event) { const r = this.svg.getBoundingClientRect(); return { x: event.clientX - r.left, y: event.clientY - r.top }; }
  snapped(m) { return Math.round(m / this.data.fine) * this.data.fine; }
  rounded(m) { return Number(m.toFixed(Math.max(this.data.digits, 0) + 2)); }
  rank(element) { return [...this.dots.children].indexOf(element); }

  nearest(at) {
    const away = this.points.map(([m, v]) => Math.hypot(this.x(m) - at.x, this.y(v) - at.y));
    const least = Math.min(...away);
    return least <= TOUCH ? away.indexOf(least) : -1;
  }

  worth(measure) {
    const p = this.points, last = p.length - 1;
    if (measure <= p[0][0]) return p[0][1];
    if (measure >= p[last][0]) return p[last][1];
    const i = p.findIndex((one) => one[0] > measure);
    return p[i - 1][1] + ((measure - p[i - 1][0]) / (p[i][0] - p[i - 1][0])) * (p[i][1] - p[i - 1][1]);
  }

  /* The middle of the widest gap, ends of the axis included; null where no point has room. */
  roomiest() {
    const { low, high, fine } = this.data;
    const marks = [low, ...this.points.map((p) => p[0]), high];
    let best = null, widest = 2 * fine * 0.999;
    for (let i = 1; i < marks.length; i += 1) {
      const gap = marks[i] - marks[i - 1];
      if (gap > widest) { widest = gap; best = marks[i - 1] + gap / 2; }
    }
    return best;
  }

  /* ---- drawing ---- */

  draw() {
    if (!this.data) return;
    this.width = this.svg.clientWidth || this.width || 300;
    this.svg.setAttribute("height", TOP + PLOT + RUG + FOOT);
    this.draw_ground();
    const ends = [[this.data.low, this.points[0][1]], ...this.points, [this.data.high, this.points.at(-1)[1]]];
    const path = "M" + ends.map(([m, v]) => `${this.x(m)} ${this.y(v)}`).join("L");
    this.line.setAttribute("d", path);
    this.reach.setAttribute("d", path);
    this.draw_dots();
    const [m, v] = this.points[this.chosen];
    const leaving = !!this.moving && this.moving.leaving;
    this.guides.setAttribute("d", this.moving && !leaving
      ? `M${LEFT} ${this.y(v)}H${this.x(m)}V${TOP + PLOT}` : "");
    this.told.textContent = leaving ? this.data.words.leaving : this.says(m, v);
    this.told.classList.toggle("is-leaving", leaving);
    this.add.disabled = this.points.length >= this.data.most || this.roomiest() === null;
    this.remove.disabled = this.points.length <= 2;
  }

  draw_ground() {
    const { low, high, sites, words, names } = this.data;
    const right = this.width - RIGHT, bottom = TOP + PLOT;
    const parts = [];
    for (const v of [0, 25, 50, 75, 100]) {
      parts.push(svg("line", { class: "grid", x1: LEFT, x2: right, y1: this.y(v), y2: this.y(v) }));
      parts.push(text(v, { x: LEFT - 8, y: this.y(v) + 4, "text-anchor": "end" }));
    }
    parts.push(text(words.value, { class: "is-title", x: 0, y: 12 }));
    for (const m of sites) parts.push(svg("line", { class: "site", x1: this.x(m), x2: this.x(m), y1: bottom + 3, y2: bottom + RUG }));
    parts.push(svg("line", { class: "floor", x1: LEFT, x2: right, y1: bottom, y2: bottom }));
    for (const m of names ? [0, 1] : ticks(low, high, this.width)) {
      parts.push(text(this.written(m, false), { x: this.x(m), y: bottom + RUG + 15, "text-anchor": "middle" }));
    }
    parts.push(text(words.measure, { class: "is-title", x: (LEFT + right) / 2, y: bottom + RUG + 36, "text-anchor": "middle" }));
    this.ground.replaceChildren(...parts);
  }

  draw_dots() {
    while (this.dots.children.length > this.points.length) this.dots.lastChild.remove();
    while (this.dots.children.length < this.points.length) {
      const one = svg("g", { role: "slider", tabindex: "0", "aria-valuemin": "0", "aria-valuemax": "100" }, this.dots);
      svg("circle", { class: "target", r: TOUCH }, one);
      svg("circle", { class: "dot", r: 8 }, one);
    }
    this.points.forEach(([m, v], rank) => {
      const one = this.dots.children[rank];
      const moving = this.moving && this.moving.rank === rank;
      one.setAttribute("transform", `translate(${this.x(m)} ${this.y(v)})`);
      one.setAttribute("aria-label", fill(this.data.words.point, { n: rank + 1, count: this.points.length }));
      one.setAttribute("aria-valuenow", v);
      one.setAttribute("aria-valuetext", this.says(m, v));
      one.setAttribute("class", ["handle", rank === this.chosen && "is-chosen", moving && "is-moving",
        moving && this.moving.leaving && "is-leaving"].filter(Boolean).join(" "));
    });
  }

  says(m, v) {
    return fill(this.data.words.says, { measure: this.written(m, true), value: this.number(v, 0) });
  }

  written(m, whole) {
    if (this.data.names) return this.data.names[m] ?? "";
    const unit = whole && this.data.unit ? `\u00a0${this.data.unit}` : "";
    return this.number(m, this.data.digits) + unit;
  }

  number(n, digits) {
    return new Intl.NumberFormat(this.data.locale, { maximumFractionDigits: digits }).format(n);
  }
}

/* Round measures, as many as can be read side by side. */
function ticks(low, high, width) {
  const rough = (high - low) / Math.max(2, Math.floor(width / 80));
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough * 0.999);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i += 1) found.push(Number((i * step).toPrecision(12)));
  return found;
}

function fill(sentence, blanks) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => blanks[name] ?? whole);
}

function svg(name, attributes, parent) {
  const one = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
  if (parent) parent.appendChild(one);
  return one;
}

function text(words, attributes) {
  const one = svg("text", attributes);
  one.textContent = words;
  return one;
}

function html(name, kind, parent) {
  const one = document.createElement(name);
  if (kind) one.className = kind;
  parent.appendChild(one);
  return one;
}
