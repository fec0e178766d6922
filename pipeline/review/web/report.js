"use strict";
// The pages of the report: which one is shown stands in the address.

(async () => {
  const { make, words, need, address, link } = vnplan;
  const main = document.getElementById("main");
  const pages = ["overview", "tasks", "targets", "basis", "plans"];

  function bars(caption, head, pairs) {
    const most = Math.max(1, ...pairs.map(([, count]) => count));
    const rows = pairs.map(([key, count]) => {
      const bar = make("span", { class: "bar", "aria-hidden": "true" });
      bar.style.width = `${(100 * count) / most}%`;
      return make("tr", {}, make("th", { scope: "row" }, key === null ? words("unknown") : vnplan.visible(key)), make("td", { class: "k-integer" }, count.toLocaleString(vnplan.language())), make("td", { class: "bars" }, bar));
    });
    return make("section", {}, make("h2", {}, caption), make("table", { class: "chart" },
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, head), make("th", { scope: "col", colspan: "2" }, words("count")))), make("tbody", {}, ...rows)));
  }

  function lines(caption, heads, rows, none) {
    const body = rows.map((row) => make("tr", {}, ...row.map((value) => make("td", { class: typeof value === "number" ? "k-integer" : null }, typeof value === "number" ? value.toLocaleString(vnplan.language()) : value))));
    const grid = make("table", {}, make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))), make("tbody", {}, ...body));
    return make("section", {}, make("h2", {}, caption), rows.length ? grid : make("p", {}, none));
  }

  function overview(about) {
    const cards = about.counts.map(([name, count]) => make("div", { class: "card" }, make("dt", {}, name), make("dd", {}, count.toLocaleString(vnplan.language()))));
    const month = (key) => (key && about.lang === "vi" ? key.split("-").reverse().join("/") : key);
    main.append(
      make("h1", {}, about.sheet.overview),
      make("dl", { class: "cards" }, ...cards),
      make("div", { class: "columns" },
        lines(words("missing"), [words("field"), words("why"), words("count")], about.missing, words("none_missing")),
        lines(about.sheet.errors, [about.column.code, about.column.remedy, words("count")], about.errors, words("all_read")),
        bars(words("by_month"), words("month"), about.months.map(([key, count]) => [month(key), count])),
        bars(words("by_province"), about.column.province, about.provinces)),
    );
    if (about.errors.length) {
      const place = make("section", {});
      main.append(place);
      return Promise.all([need("errors"), need("plans")]).then(([errors, plans]) => vnplan.table(place, "errors", errors, plans, {}));
    }
    return null;
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
    main.replaceChildren(make("p", { role: "status" }, words("loading")));
    try {
      const plans = name === "overview" ? null : await need("plans");
      const data = name === "overview" || name === "plan" ? null : await need(name);
      main.replaceChildren();
      if (name === "overview") await overview(vnplan.names);
      else if (name === "plan") await vnplan.plan.show(main, state.get("id"));
      else {
        main.append(make("h1", {}, vnplan.names.sheet[name]));
        if (name === "plans") {
          const place = make("div", {});
          vnplan.table(main, name, data, plans, options[name]);
          main.append(make("p", {}, make("button", { type: "button", id: "texts", onclick: () => searchTexts(place) }, words("search_texts"))), place);
        } else vnplan.table(main, name, data, plans, options[name]);
      }
    } catch (error) {
      main.replaceChildren(make("p", { role: "alert" }, words("failed")));
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
  await show();
})();
