"use strict";
// What all pages share: the data, search without diacritics, and a table with filters, sorting, pages and CSV.
// Texts of documents enter the page as text nodes alone, never as markup.

const vnplan = (() => {
  const taken = new Map();
  const waiting = new Map();

  function take(name, value) {
    taken.set(name, value);
  }

  /** The data of a file, loaded when it is first asked for. */
  function need(name) {
    if (taken.has(name)) return Promise.resolve(taken.get(name));
    if (!waiting.has(name)) {
      waiting.set(name, new Promise((done, fail) => {
        const script = document.createElement("script");
        script.src = `data/${name}.js`;
        script.onload = () => (taken.has(name) ? done(taken.get(name)) : fail(new Error(name)));
        script.onerror = () => { waiting.delete(name); fail(new Error(name)); };
        document.head.append(script);
      }));
    }
    return waiting.get(name);
  }

  const words = (key, values = {}) =>
    (taken.get("overview").text[key] || key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

  /** An element with attributes, `on…` listeners and children. */
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  // -- Search ---------------------------------------------------------------------------------------------------

  // Letters and tones are those of the register, which come with the data: `register/folding.py`.
  let letters = null;
  let tones = null;
  let tone = null;

  function learn() {
    const { letters: [from, to], tones: pairs } = taken.get("overview");
    letters = new Map([...from].map((letter, at) => [letter, to[at]]));
    tones = new Map(pairs);
    tone = new RegExp(`(?<!q(?=u))(?:${[...tones.keys()].join("|")})(?![\\p{L}\\p{Nl}\\p{No}])`, "gu");
  }

  const composed = (text) => text.normalize("NFC");

  /** Small letters with their marks, tones placed in one way; the text must be composed. */
  function marked(text) {
    if (tone === null) learn();
    return text.toLowerCase().replace(tone, (old) => tones.get(old));
  }

  /** Letters without marks, as many as the text has; the text must be composed. */
  function fold(text) {
    if (letters === null) learn();
    return text.replace(/[A-Z\u00c0-\u1eff]/g, (letter) => letters.get(letter) ?? letter);
  }

  const lower = (text) => marked(composed(text));

  /** A test of texts: every word must occur; one with diacritics as it is, one without also with any. */
  function matcher(query) {
    const parts = lower(query).split(/\s+/).filter(Boolean).map((word) => [word, fold(word) === word]);
    return (plain, folded) => parts.every(([word, bare]) => (bare ? folded : plain).includes(word));
  }

  // -- The address: page and filters -----------------------------------------------------------------------------

  function address() {
    const [page, query] = location.hash.slice(1).split(/\?(.*)/s);
    return { page: page || "overview", state: new URLSearchParams(query || "") };
  }

  function link(page, state) {
    const query = state ? new URLSearchParams(state).toString() : "";
    return `#${page}${query ? "?" + query : ""}`;
  }

  // -- Values ------------------------------------------------------------------------------------------------------

  const turning = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
  const visible = (text) => text.replace(turning, "\ufffd");

  function shown(column, value) {
    if (value === null || value === undefined) return "";
    if (column.kind === "date") return day(value);
    if (typeof value === "number") return value.toLocaleString(language());
    return visible(String(value));
  }

  const language = () => (taken.get("overview").lang === "vi" ? "vi-VN" : "en-GB");
  const day = (iso) => (language() === "vi-VN" ? iso.split("-").reverse().join("/") : iso);

  /** The columns of a table with a function each that gives the value in a row; those of the plan are looked up. */
  function columnsOf(data, plans) {
    const found = [];
    data.columns.forEach((column, at) => {
      if (column.kind === "at") {
        const byKey = Object.fromEntries(plans.columns.map((c, place) => [c.key, place]));
        for (const key of ["plan", "issuing_body", "province"]) {
          const of = plans.columns[byKey[key]];
          const value = (row) => {
            const cell = plans.rows[row[at]][byKey[key]];
            return of.pooled && cell !== null ? plans.pool[cell] : cell;
          };
          const id = (row) => plans.rows[row[at]][byKey.document_id];
          found.push({ ...of, value, id, rank: key === "plan" ? 0 : 2 });
        }
      } else {
        const value = column.pooled ? (row) => (row[at] === null ? null : data.pool[row[at]]) : (row) => row[at];
        const id = column.kind === "plan" ? (row) => row[data.columns.findIndex((c) => c.key === "document_id")] : null;
        found.push({ ...column, value, id, rank: 1 });
      }
    });
    return found.sort((a, b) => a.rank - b.rank);
  }

  // -- The table ---------------------------------------------------------------------------------------------------

  /** Fills a place with a table. `extra` makes more filters: [key, label, type, test(row, value)]. */
  function table(place, name, data, plans, options) {
    const columns = columnsOf(data, plans);
    const full = (column) => !data.rows.length || data.rows.some((row) => column.value(row) !== null);
    const seen = columns.filter((column) => column.kind !== "hidden" && full(column));
    const byKey = new Map(columns.map((column) => [column.key, column]));
    const facets = data.facets.filter((key) => byKey.has(key));
    const extra = options.extra ? options.extra(byKey) : [];
    const hay = [];
    let { state } = address();
    let rows = [];

    const text = (row, at) => {
      if (!hay[at]) {
        const plain = lower(seen.map((column) => column.value(row) ?? "").join("\n"));
        hay[at] = [plain, fold(plain)];
      }
      return hay[at];
    };

    function filtered() {
      const tests = [];
      for (const key of facets) {
        const wanted = state.get(key);
        if (!wanted) continue;
        if (choices.has(key)) tests.push((row) => (byKey.get(key).value(row) ?? "") === (wanted === "∅" ? "" : wanted));
        else {
          const match = matcher(wanted);
          tests.push((row) => { const value = lower(byKey.get(key).value(row) ?? ""); return match(value, fold(value)); });
        }
      }
      for (const [key, , , test] of extra) if (state.get(key)) tests.push((row) => test(row, state.get(key)));
      const match = state.get("q") ? matcher(state.get("q")) : null;
      const found = [];
      data.rows.forEach((row, at) => {
        if (tests.every((test) => test(row)) && (!match || match(...text(row, at)))) found.push(row);
      });
      const [key, way] = (state.get("sort") || options.sort || "").split(":");
      if (byKey.has(key)) {
        const { value, kind } = byKey.get(key);
        const collator = new Intl.Collator("vi", { numeric: true });
        const turn = way === "desc" ? -1 : 1;
        const before = (a, b) => (kind === "number" || kind === "integer" ? a - b : collator.compare(a, b));
        found.sort((a, b) => {
          const [x, y] = [value(a), value(b)];
          if (x === null || y === null) return (x === null) - (y === null);
          return turn * before(x, y);
        });
      }
      return found;
    }

    const choices = new Map();
    for (const key of facets) {
      const values = new Set(data.rows.map((row) => byKey.get(key).value(row) ?? ""));
      if (values.size <= 90) choices.set(key, [...values].sort(new Intl.Collator("vi").compare));
    }

    const form = make("form", { class: "filters", role: "search", "aria-label": words("filters"), onsubmit: (e) => e.preventDefault() });
    const body = make("div");
    const status = make("p", { role: "status", class: "status" });

    function change(key, value) {
      if (value) state.set(key, value); else state.delete(key);
      if (key !== "page") state.delete("page");
      history.replaceState(null, "", link(name, state));
      draw();
    }

    function field(key, label, control) {
      form.append(make("label", {}, make("span", {}, label), control));
      control.name = key;
    }

    function controls() {
      const search = make("input", { type: "search", value: state.get("q") || "", oninput: (e) => change("q", e.target.value) });
      field("q", words("search"), search);
      for (const key of facets) {
        const label = byKey.get(key).name;
        if (choices.has(key)) {
          const chosen = make("select", { onchange: (e) => change(key, e.target.value) }, make("option", { value: "" }, words("all")));
          for (const value of choices.get(key)) {
            chosen.append(make("option", { value: value || "∅", selected: state.get(key) === (value || "∅") }, value ? visible(value) : words("unknown")));
          }
          field(key, label, chosen);
        } else field(key, label, make("input", { type: "search", value: state.get(key) || "", oninput: (e) => change(key, e.target.value) }));
      }
      for (const [key, label, type] of extra) field(key, label, make("input", { type, value: state.get(key) || "", oninput: (e) => change(key, e.target.value) }));
      form.append(
        make("button", { type: "button", onclick: () => { location.hash = link(name); } }, words("clear")),
        make("button", { type: "button", class: "csv", onclick: () => save(name, seen, rows) }, words("csv")),
      );
    }

    function heading(column) {
      const [key, way] = (state.get("sort") || options.sort || "").split(":");
      const now = key === column.key ? way || "asc" : null;
      const button = make("button", { type: "button", title: column.note, onclick: () => {
        change("sort", `${column.key}:${now === "asc" ? "desc" : "asc"}`);
        body.querySelector(`[data-sort="${column.key}"]`).focus();
      }, "data-sort": column.key }, column.name, make("span", { "aria-hidden": "true" }, now ? (now === "asc" ? " ▲" : " ▼") : ""));
      const head = make("th", { scope: "col", "aria-sort": now ? `${now}ending` : null }, button);
      head.style.minWidth = `${Math.min(column.width, 44) * 0.55}rem`;
      return head;
    }

    function cell(row, column) {
      const value = shown(column, column.value(row));
      const inside = column.kind === "plan" && column.id ? make("a", { href: link("plan", { id: column.id(row) }) }, value) : value;
      return make("td", { "data-label": column.name, class: `k-${column.kind}` }, make("bdi", {}, inside));
    }

    function draw() {
      rows = filtered();
      const size = Math.min(5000, Math.max(1, Number(state.get("size")) || 50));
      const pages = Math.max(1, Math.ceil(rows.length / size));
      const page = Math.min(pages, Math.max(1, Number(state.get("page")) || 1));
      status.textContent = words("rows", { shown: rows.length.toLocaleString(language()), total: data.rows.length.toLocaleString(language()) });
      const lines = rows.slice((page - 1) * size, page * size).map((row) => make("tr", {}, ...seen.map((column) => cell(row, column))));
      const grid = make("table", {}, make("caption", { class: "hidden" }, taken.get("overview").sheet[name]),
        make("thead", {}, make("tr", {}, ...seen.map(heading))), make("tbody", {}, ...lines));
      const go = (to, label) => make("button", { type: "button", disabled: to < 1 || to > pages, onclick: () => { change("page", String(to)); status.scrollIntoView(); } }, label);
      const sizes = make("select", { onchange: (e) => change("size", e.target.value) },
        ...[50, 200, 1000, 5000].map((n) => make("option", { value: n, selected: n === size }, String(n))));
      body.replaceChildren(
        rows.length ? make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": taken.get("overview").sheet[name] }, grid) : make("p", {}, words("no_rows")),
        make("div", { class: "pager" }, go(page - 1, words("previous")), make("span", {}, words("page_of", { page, pages })), go(page + 1, words("next")),
          make("label", {}, words("page_size"), " ", sizes)),
      );
    }

    controls();
    draw();
    place.append(form, status, body);
  }

  // -- CSV ---------------------------------------------------------------------------------------------------------

  const formula = /^'*[\s\u00a0\ufeff]*[=+\-@\t\r\n＝＋－＠]/;

  function csvCell(value) {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return String(value);
    const text = formula.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  }

  function save(name, columns, rows) {
    const lines = [columns.map((c) => csvCell(c.name)), ...rows.map((row) => columns.map((c) => csvCell(c.value(row))))];
    const blob = new Blob(["\ufeff" + lines.map((line) => line.join(",") + "\r\n").join("")], { type: "text/csv;charset=utf-8" });
    const url = URL.createObjectURL(blob);
    make("a", { href: url, download: `${name}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  return { take, need, words, make, address, link, table, columnsOf, matcher, composed, marked, fold, lower, visible, language, day, save };
})();
