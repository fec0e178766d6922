"use strict";
// The pages of the report: which one is shown stands in the address.

(async () => {
  const { make, words, need, address, link } = vnplan;
  const main = document.getElementById("main");
  const pages = ["overview", "tasks", "targets", "basis", "plans", "search"];
  const title = (name) => (name === "search" ? words("search_page") : vnplan.names.sheet[name]);

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
      const plans = ["overview", "search"].includes(name) ? null : await need("plans");
      const data = ["overview", "plan", "search"].includes(name) ? null : await need(name);
      place.replaceChildren();
      if (name === "overview") await overview(place, vnplan.names);
      else if (name === "plan") await vnplan.plan.show(place, state.get("id"));
      else if (name === "search") await vnplan.search.show(place);
      else {
        place.append(make("h1", {}, vnplan.names.sheet[name]));
        await vnplan.table(place, name, data, plans, options[name]);
        if (name === "plans") {
          const texts = () => { location.hash = link("search", { q: address().state.get("q") || "" }).slice(1); };
          place.append(make("p", {}, make("button", { type: "button", id: "texts", onclick: texts }, words("search_texts"))));
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
    document.getElementById("tabs").append(make("a", { href: link(page), "data-page": page }, title(page)));
  }
  document.getElementById("made").textContent = vnplan.names.made;
  addEventListener("hashchange", show);
  vnplan.narrow.addEventListener("change", show);
  await show();
})();
