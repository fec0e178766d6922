"use strict";
// What all pages share: the data, search without diacritics, and tables (Tabulator) with filters that live in the address.
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
    if (column.kind === "date" || (column.kind === "month" && /^\d{4}-\d\d$/.test(value))) return day(value);
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
          found.push({ ...of, value, id, rank: key === "plan" ? 0 : 2, printed: key === "plan" });
        }
      } else {
        const value = column.pooled ? (row) => (row[at] === null ? null : data.pool[row[at]]) : (row) => row[at];
        const id = column.kind === "plan" ? (row) => row[data.columns.findIndex((c) => c.key === "document_id")] : null;
        found.push({ ...column, value, id, rank: 1 });
      }
    });
    return found.sort((a, b) => a.rank - b.rank);
  }

  // -- Vendored libraries ------------------------------------------------------------------------------------------

  const libraries = new Map();

  /** A script of the folder `vendored`, loaded when it is first needed. */
  function library(file) {
    if (!libraries.has(file)) {
      libraries.set(file, new Promise((done, fail) => {
        const script = document.createElement("script");
        script.src = `vendored/${file}`;
        script.onload = done;
        script.onerror = () => fail(new Error(file));
        document.head.append(script);
      }));
    }
    return libraries.get(file);
  }

  // -- The table ---------------------------------------------------------------------------------------------------

  const narrow = matchMedia("(max-width: 700px)");
  const shownGrids = new Set();
  const sizes = [50, 200, 1000, 5000];
  const mostPrinted = 5000;
  const collator = new Intl.Collator("vi", { numeric: true });

  /** Compares values; empty ones come last either way. */
  const sorter = (kind) => (a, b, _rowA, _rowB, _column, way) => {
    if (a === null || b === null) return ((a === null) - (b === null)) * (way === "desc" ? -1 : 1);
    return kind === "number" || kind === "integer" ? a - b : collator.compare(a, b);
  };

  function gridColumn(column, at) {
    return {
      field: column.key,
      title: column.name,
      cssClass: `k-${column.kind}`,
      minWidth: Math.max(14, Math.min(column.width, 44)) * 8,
      widthGrow: column.width,
      variableHeight: true,
      responsive: at,
      download: true,
      print: column.printed !== false,
      sorter: sorter(column.kind),
      accessorDownload: (value) => value,
      titleFormatter: () => make("button", { type: "button", title: column.note, "data-sort": column.key }, column.name),
      formatter: (cell) => {
        const item = cell.getData();
        const value = shown(column, cell.getValue());
        const to = column.link ? column.link(item) : null;
        return make("bdi", {}, to && value ? make("a", { href: to }, value) : value);
      },
    };
  }

  /** What does not fit beside the first columns of a narrow screen, below them. */
  function folded(cells) {
    const full = cells.filter((one) => one.value.textContent);
    return make("dl", {}, ...full.flatMap((one) => [make("dt", {}, one.title), make("dd", {}, one.value)]));
  }

  const pagination = () => ({
    first: words("first"), first_title: words("first"), last: words("last"), last_title: words("last"),
    prev: words("previous"), prev_title: words("previous"), next: words("next"), next_title: words("next"),
    page_title: words("page"), page_size: words("page_size"),
  });

  /** A table of items in a place. `options`: name, columns, items, sort ("key:asc"), size, more for Tabulator. */
  async function grid(place, { name, columns, items, sort, size = 0, more = {} }) {
    await library("tabulator.min.js");
    const [key, way] = (sort || "").split(":");
    const pager = make("div", { class: "pager tabulator-footer" }); // outside: a grid may hold rows alone
    place.after(pager);
    const made = new Tabulator(place, {
      data: items,
      index: "at",
      columns: columns.map(gridColumn),
      columnDefaults: { resizable: "header" },
      nestedFieldSeparator: false,
      layout: "fitColumns",
      responsiveLayout: narrow.matches ? "collapse" : false,
      responsiveLayoutCollapseUseFormatters: true,
      responsiveLayoutCollapseFormatter: folded,
      // The list below a row is a cell of it, or assistive programs would pass it over.
      rowFormatter: (row) => row.getElement().querySelector(".tabulator-responsive-collapse")?.setAttribute("role", "gridcell"),
      initialSort: columns.some((column) => column.key === key) ? [{ column: key, dir: way === "desc" ? "desc" : "asc" }] : [],
      placeholder: make("div", { role: "row" }, make("div", { role: "gridcell" }, words("no_rows"))),
      locale: "report",
      langs: { report: { pagination: pagination() } },
      printAsHtml: true,
      printStyled: false,
      printRowRange: () => { const rows = made.getRows("active"); return rows.length > mostPrinted ? made.getRows("visible") : rows; },
      ...(size ? { pagination: true, paginationElement: pager, paginationSize: size, paginationSizeSelector: [...sizes] } : {}),
      ...more,
    });
    shownGrids.add(made);
    await new Promise((done) => { made.on("tableBuilt", done); });
    // What scrolls takes the focus, so it must be a part that a grid may have: the group of its rows.
    place.setAttribute("aria-label", name);
    place.removeAttribute("aria-owns");
    place.querySelector(".tabulator-tableholder").setAttribute("role", "rowgroup");
    place.querySelector(".tabulator-table").setAttribute("role", "none");
    return made;
  }

  /** Gives up the tables of the page that is left. */
  function leave() {
    for (const made of shownGrids) made.destroy();
    shownGrids.clear();
  }

  /** Fills a place with a table. `extra` makes more filters: [key, label, type, test(row, value)]. */
  async function table(place, name, data, plans, options) {
    const columns = columnsOf(data, plans);
    const full = (column) => !data.rows.length || data.rows.some((row) => column.value(row) !== null);
    const seen = columns.filter((column) => column.kind !== "hidden" && full(column));
    const byKey = new Map(columns.map((column) => [column.key, column]));
    const facets = data.facets.filter((key) => byKey.has(key));
    const extra = options.extra ? options.extra(byKey) : [];
    const hay = [];
    let { state } = address();
    let made = null;

    const text = (row, at) => {
      if (!hay[at]) {
        const plain = lower(seen.map((column) => column.value(row) ?? "").join("\n"));
        hay[at] = [plain, fold(plain)];
      }
      return hay[at];
    };

    /** A test of rows: what search and filters ask for now. */
    function chosen() {
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
      return ({ at }) => tests.every((test) => test(data.rows[at])) && (!match || match(...text(data.rows[at], at)));
    }

    const choices = new Map();
    for (const key of facets) {
      const values = new Set(data.rows.map((row) => byKey.get(key).value(row) ?? ""));
      if (values.size <= 90) choices.set(key, [...values].sort(new Intl.Collator("vi").compare));
    }

    const form = make("form", { class: "filters", role: "search", "aria-label": words("filters"), onsubmit: (e) => e.preventDefault() });
    const status = make("p", { role: "status", class: "status" });

    function remember(key, value) {
      if (value) state.set(key, value); else state.delete(key);
      history.replaceState(null, "", link(name, state));
    }

    function change(key, value) {
      state.delete("page");
      remember(key, value);
      if (made) made.setFilter(chosen());
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
          const choice = make("select", { onchange: (e) => change(key, e.target.value) }, make("option", { value: "" }, words("all")));
          for (const value of choices.get(key)) {
            choice.append(make("option", { value: value || "∅", selected: state.get(key) === (value || "∅") }, value ? visible(value) : words("unknown")));
          }
          field(key, label, choice);
        } else field(key, label, make("input", { type: "search", value: state.get(key) || "", oninput: (e) => change(key, e.target.value) }));
      }
      for (const [key, label, type] of extra) field(key, label, make("input", { type, value: state.get(key) || "", oninput: (e) => change(key, e.target.value) }));
      form.append(
        make("button", { type: "button", onclick: () => { location.hash = link(name); } }, words("clear")),
        make("button", { type: "button", class: "csv", onclick: () => made && save(made, name) }, words("csv")),
      );
    }

    const items = data.rows.map((row, at) => {
      const item = { at };
      for (const column of seen) item[column.key] = column.value(row);
      return item;
    });
    const linked = (column) => (column.kind === "plan" && column.id ? (item) => link("plan", { id: column.id(data.rows[item.at]) }) : null);
    const body = make("div", { "aria-busy": "true" }); // until the rows that the address asks for are there
    controls();
    place.append(form, status, body);
    const page = Math.max(1, Number(state.get("page")) || 1);
    made = await grid(body, {
      name: taken.get("overview").sheet[name],
      columns: seen.map((column) => ({ ...column, link: linked(column) })),
      items,
      sort: state.get("sort") || options.sort,
      size: Math.min(sizes[sizes.length - 1], Math.max(1, Number(state.get("size")) || sizes[0])),
      more: { maxHeight: narrow.matches ? false : "75vh" },
    });
    made.on("dataFiltered", (_filters, rows) => {
      status.textContent = words("rows", { shown: rows.length.toLocaleString(language()), total: items.length.toLocaleString(language()) });
    });
    made.setFilter(chosen());
    if (page > 1 && page <= made.getPageMax()) await made.setPage(page);
    made.on("pageLoaded", (number) => remember("page", number > 1 ? String(number) : ""));
    made.on("pageSizeChanged", (number) => remember("size", number === sizes[0] ? "" : String(number)));
    made.on("dataSorted", (sorters) => {
      const now = sorters.length ? `${sorters[0].field}:${sorters[0].dir}` : "";
      if (now && now !== (state.get("sort") || options.sort)) remember("sort", now);
    });
    body.removeAttribute("aria-busy");
  }

  // -- CSV ---------------------------------------------------------------------------------------------------------

  const formula = /^'*[\s\u00a0\ufeff]*[=+\-@\t\r\n＝＋－＠]/;

  function csvCell(value) {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return String(value);
    const text = formula.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  }

  /** Saves the rows that the filters leave, in their order, as a file that spreadsheets open as it is. */
  function save(made, name) {
    const write = (rows, _options, done) => {
      const lines = rows.map((row) => row.columns.map((cell) => csvCell(cell.value)).join(",") + "\r\n");
      done("\ufeff" + lines.join(""), "text/csv;charset=utf-8");
    };
    made.download(write, `${name}.csv`);
  }

  return { take, need, words, make, address, link, shown, library, grid, leave, table, columnsOf, matcher, composed, marked, fold, lower, visible, language, day, save, narrow };
})();
