"use strict";
// The pages of the report: which one is shown stands in the address.

(async () => {
  const { make, words, need, address, link } = vnplan;
  const main = document.getElementById("main");
  const pages = ["overview", "tasks", "targets", "basis", "plans"];

  const number = (key, name) => ({ key, name, kind: "integer", width: 12 });
  const plain = (key, name) => ({ key, name, kind: "text", width: 30 });

  /** A small table: its columns, and its rows as lists. */
  async function lines(place, name, title, columns, rows) {
    const items = rows.map((row, at) => Object.fromEntries([["at", at], ...columns.map((column, k) => [column.key, row[k]])]));
    const body = make("div");
    let made = null;
    const csv = make("button", { type: "button", class: "csv", "aria-label": `${words("csv")}: ${title}`, onclick: () => made && vnplan.save(made, name) }, words("csv"));
    place.append(body, csv);
    made = await vnplan.grid(body, { name: title, columns, items, more: { maxHeight: "24rem" } });
  }

  const section = (title, ...children) => make("section", {}, make("h2", {}, title), ...children);

  /** A chart with its numbers below it. */
  async function counted(place, name, column, pairs, chart) {
    const title = place.firstChild.textContent;
    const drawn = make("div", { class: "chart" });
    const numbers = make("details", {}, make("summary", {}, words("numbers")));
    place.append(drawn, numbers);
    const known = pairs.map(([key, count]) => [key === null ? words("unknown") : vnplan.visible(key), count]);
    numbers.addEventListener("toggle", () => lines(numbers, name, title, [column, number("count", words("count"))], known), { once: true });
    await chart(drawn, title, column.name, words("count"), known.map(([key, n]) => [vnplan.shown(column, key), n]));
  }

  async function overview(place, about) {
    const cards = about.counts.map(([name, count]) => make("div", { class: "card" }, make("dt", {}, name), make("dd", {}, count.toLocaleString(vnplan.language()))));
    const missing = section(words("missing"));
    const unread = section(about.sheet.errors);
    const months = section(words("by_month"));
    const provinces = section(words("by_province"));
    place.append(make("h1", {}, about.sheet.overview), make("dl", { class: "cards" }, ...cards), make("div", { class: "columns" }, missing, unread, months, provinces));
    const count = number("count", words("count"));
    const codes = [plain("code", about.column.code), { ...plain("remedy", about.column.remedy), width: 60 }, count];
    const named = (value) => (value === words("unknown") ? "∅" : value);
    const province = { ...plain("province", about.column.province), link: (item) => link("plans", { province: named(item.province) }) };
    if (!about.missing.length) missing.append(make("p", {}, words("none_missing")));
    if (!about.errors.length) unread.append(make("p", {}, words("all_read")));
    await Promise.all([
      counted(months, "months", { ...plain("month", words("month")), kind: "month" }, about.months, vnplan.charts.columns),
      counted(provinces, "provinces", province, about.provinces, vnplan.charts.bars),
      about.missing.length ? lines(missing, "missing", words("missing"), [plain("field", words("field")), plain("why", words("why")), count], about.missing) : null,
      about.errors.length ? lines(unread, "unread", about.sheet.errors, codes, about.errors) : null,
    ]);
    if (about.errors.length) {
      const files = section(words("unread_files"));
      place.append(files);
      const [errors, plans] = await Promise.all([need("errors"), need("plans")]);
      await vnplan.table(files, "errors", errors, plans, {});
    }
  }

  const dates = (byKey) => {
    const due = byKey.get("due_to").value;
    const body = byKey.get("body").value;
    return [
      ["body", byKey.get("body").name, "search", (row, wanted) => { const plain = vnplan.lower(body(row) ?? ""); return vnplan.matcher(wanted)(plain, vnplan.fold(plain)); }],
      ["overdue", words("overdue_on"), "date", (row, on) => due(row) !== null && due(row) < on],
      ["from", words("due_after"), "date", (row, on) => due(row) !== null && due(row) >= on],
      ["until", words("due_before"), "date", (row, on) => due(row) !== null && due(row) <= on],
    ];
  };
  const options = { tasks: { sort: "due_to:asc", extra: dates }, targets: {}, basis: { sort: "citing:desc" }, plans: {}, errors: {} };

  async function searchTexts(place) {
    const { state } = address();
    const query = (state.get("q") || "").trim();
    if (!query) return;
    const out = make("ul", { class: "hits" });
    const status = make("p", { role: "status" }, words("loading"));
    place.replaceChildren(status, out);
    const match = vnplan.matcher(query);
    const first = vnplan.fold(query.split(/\s+/)[0]);
    const plans = await need("plans");
    const columns = Object.fromEntries(vnplan.columnsOf(plans, plans).map((column) => [column.key, column]));
    const names = new Map(plans.rows.map((row) => [columns.document_id.value(row), columns.plan.value(row)]));
    let hits = 0;
    for (let chunk = 0; chunk < vnplan.names.chunks; chunk += 1) {
      for (const [id, found] of Object.entries(await need(`texts-${chunk}`))) {
        const plain = vnplan.lower(found.text);
        const folded = vnplan.fold(plain);
        if (!match(plain, folded)) continue;
        hits += 1;
        const at = Math.max(0, folded.indexOf(first) - 60);
        out.append(make("li", {}, make("a", { href: link("plan", { id }) }, vnplan.visible(names.get(id))), make("bdi", {}, ` … ${vnplan.visible(found.text.normalize("NFC").slice(at, at + 200))} …`)));
      }
    }
    status.textContent = words("rows", { shown: hits, total: plans.rows.length });
  }

  async function show() {
    const { page, state } = address();
    const name = [...pages, "errors", "plan"].includes(page) ? page : page === "main" ? null : "overview";
    if (name === null) return; // the link that skips to the content
    document.querySelectorAll("#tabs a").forEach((tab) => {
      if (tab.dataset.page === (name === "plan" ? "plans" : name)) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    });
    vnplan.leave();
    const place = make("div", {}, make("p", { role: "status" }, words("loading")));
    main.replaceChildren(place); // what a page that was left still adds goes nowhere
    try {
      const plans = name === "overview" ? null : await need("plans");
      const data = name === "overview" || name === "plan" ? null : await need(name);
      place.replaceChildren();
      if (name === "overview") await overview(place, vnplan.names);
      else if (name === "plan") await vnplan.plan.show(place, state.get("id"));
      else {
        place.append(make("h1", {}, vnplan.names.sheet[name]));
        await vnplan.table(place, name, data, plans, options[name]);
        if (name === "plans") {
          const hits = make("div", {});
          place.append(make("p", {}, make("button", { type: "button", id: "texts", onclick: () => searchTexts(hits) }, words("search_texts"))), hits);
        }
      }
    } catch (error) {
      place.replaceChildren(make("p", { role: "alert" }, words("failed")));
      throw error;
    }
  }

  try {
    vnplan.names = await need("overview");
  } catch (error) {
    main.replaceChildren(make("p", { role: "alert" }, "overview.js"));
    throw error;
  }
  for (const page of pages) {
    document.getElementById("tabs").append(make("a", { href: link(page), "data-page": page }, vnplan.names.sheet[page]));
  }
  document.getElementById("made").textContent = vnplan.names.made;
  addEventListener("hashchange", show);
  vnplan.narrow.addEventListener("change", show);
  await show();
})();
