"use strict";
// The pages of the report: which one is shown stands in the address.

(async () => {
  const { make, words, need, address, link } = vnplan;
  const main = document.getElementById("main");
  const pages = ["overview", "tasks", "targets", "basis", "plans", "search"];
  const title = (name) => (name === "search" ? words("search_page") : vnplan.names.sheet[name]);

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
      const plans = ["overview", "search"].includes(name) ? null : await need("plans");
      const data = ["overview", "plan", "search"].includes(name) ? null : await need(name);
      main.replaceChildren();
      if (name === "overview") await overview(vnplan.names);
      else if (name === "plan") await vnplan.plan.show(main, state.get("id"));
      else if (name === "search") await vnplan.search.show(main);
      else {
        main.append(make("h1", {}, vnplan.names.sheet[name]));
        vnplan.table(main, name, data, plans, options[name]);
        if (name === "plans") {
          const texts = () => { location.hash = link("search", { q: address().state.get("q") || "" }).slice(1); };
          main.append(make("p", {}, make("button", { type: "button", id: "texts", onclick: texts }, words("search_texts"))));
        }
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
    document.getElementById("tabs").append(make("a", { href: link(page), "data-page": page }, title(page)));
  }
  document.getElementById("made").textContent = vnplan.names.made;
  addEventListener("hashchange", show);
  await show();
})();
