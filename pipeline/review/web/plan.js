"use strict";
// One document: its text with the facts underlined, and the list of them; each lights up the other.

vnplan.plan = (() => {
  const { make, words, visible } = vnplan;
  const kinds = ["fields", "citations", "targets", "tasks", "responsibilities", "deadlines"];
  const most = 6; // lanes under a line of text

  /** A lane for every fact, so that those that overlap are drawn below each other. */
  function lanes(facts) {
    const ends = [];
    return facts.map((fact) => {
      let lane = ends.findIndex((end) => end <= fact.start);
      if (lane < 0) lane = ends.length;
      ends[lane] = fact.end;
      return Math.min(lane, most - 1);
    });
  }

  /** The text in pieces between the borders of facts. */
  function pieces(text, facts) {
    const borders = new Map([[0, []], [text.length, []]]);
    facts.forEach((fact, at) => {
      for (const [place, begins] of [[fact.start, true], [fact.end, false]]) {
        if (!borders.has(place)) borders.set(place, []);
        borders.get(place).push([at, begins]);
      }
    });
    const places = [...borders.keys()].sort((a, b) => a - b);
    const open = new Set();
    const found = [];
    places.forEach((place, at) => {
      for (const [fact, begins] of borders.get(place)) begins ? open.add(fact) : open.delete(fact);
      const end = places[at + 1];
      if (end > place) found.push([text.slice(place, end), [...open]]);
    });
    return found;
  }

  function marked(text, facts) {
    const lane = lanes(facts);
    const box = make("div", { class: "text", id: "text", tabindex: "0", role: "region", "aria-label": words("text"), lang: "vi" });
    for (const [part, on] of pieces(text, facts)) {
      if (!on.length) { box.append(visible(part)); continue; }
      const span = make("span", { class: "mark", "data-facts": on.join(" ") }, visible(part));
      const lines = on.map((at) => `linear-gradient(var(--${facts[at].kind}),var(--${facts[at].kind}))`);
      span.style.backgroundImage = lines.join(",");
      span.style.backgroundSize = on.map(() => "100% 2px").join(",");
      span.style.backgroundPosition = on.map((at) => `0 calc(100% - ${3 * (most - 1 - lane[at])}px)`).join(",");
      box.append(span);
    }
    return box;
  }

  /** The page images, with the boxes of facts. */
  function paged(pages, facts) {
    const box = make("div", { class: "pages", id: "pages", tabindex: "0", role: "region", "aria-label": vnplan.names.column.page });
    for (const page of pages) {
      const figure = make("figure", {}, make("img", { src: page.src, alt: `${vnplan.names.column.page} ${page.page}`, loading: "lazy" }));
      figure.style.aspectRatio = `${page.width} / ${page.height}`;
      facts.forEach((fact, at) => {
        for (const one of (fact.boxes || []).filter((candidate) => candidate.page === page.page)) {
          const drawn = make("span", { class: `box of-${fact.kind}`, "data-facts": at });
          drawn.style.left = `${(100 * one.x0) / page.width}%`;
          drawn.style.top = `${(100 * one.y0) / page.height}%`;
          drawn.style.width = `${(100 * (one.x1 - one.x0)) / page.width}%`;
          drawn.style.height = `${(100 * (one.y1 - one.y0)) / page.height}%`;
          figure.append(drawn);
        }
      });
      box.append(figure);
    }
    return box;
  }

  /** Pages and text, one of which is shown at a time. */
  function either(pages, text) {
    const buttons = [[pages, vnplan.names.column.page], [text, words("text")]].map(([shown, name]) => make("button", { type: "button", "aria-pressed": String(shown === pages), onclick: (event) => {
      for (const one of [pages, text]) one.hidden = one !== shown;
      for (const button of event.target.parentNode.children) button.setAttribute("aria-pressed", String(button === event.target));
    } }, name));
    text.hidden = true;
    return make("div", {}, make("p", { class: "either" }, ...buttons), pages, text);
  }

  function light(root, at, go) {
    root.querySelectorAll(".on").forEach((element) => element.classList.remove("on"));
    if (at === null) return;
    const spans = [...root.querySelectorAll(`[data-facts~="${at}"]`)];
    const item = root.querySelector(`[data-fact="${at}"]`);
    for (const element of [...spans, item]) element.classList.add("on");
    const seen = spans.find((span) => span.offsetParent !== null);
    if (go === "text" && seen) seen.scrollIntoView({ block: "center" });
    if (go === "list") item.scrollIntoView({ block: "nearest" });
  }

  /** Whether the mouse has moved: when the page scrolls under it, browsers report that, too. */
  const moved = (() => {
    let last = "";
    return (event) => {
      const now = `${event.screenX},${event.screenY}`;
      const other = now !== last;
      last = now;
      return other;
    };
  })();

  function list(root, facts) {
    const box = make("div", { class: "facts", tabindex: "0", role: "region", "aria-label": words("facts") });
    const names = vnplan.names.fact;
    for (const kind of kinds) {
      const of = facts.map((fact, at) => [fact, at]).filter(([fact]) => fact.kind === kind);
      if (!of.length) continue;
      const items = of.map(([fact, at]) => make("li", {}, make("button", {
        type: "button", "data-fact": at, class: "fact",
        onmouseenter: (event) => { if (moved(event)) light(root, at, "text"); }, onfocus: () => light(root, at, "text"), onclick: () => light(root, at, "text"),
      }, make("bdi", {}, visible(fact.says)), fact.page ? make("small", {}, ` ${vnplan.names.column.page} ${fact.page}`) : "")));
      box.append(make("h2", { class: `of-${kind}` }, `${names[kind]} (${of.length})`), make("ul", {}, ...items));
    }
    if (!facts.length) box.append(make("p", {}, words("no_facts")));
    return box;
  }

  /** Fills a place with the document. */
  async function show(place, id) {
    const plans = await vnplan.need("plans");
    const columns = vnplan.columnsOf(plans, plans);
    const of = Object.fromEntries(columns.map((column) => [column.key, column]));
    const row = plans.rows.find((one) => of.document_id.value(one) === id);
    if (!row) { place.append(make("p", {}, words("not_found"))); return; }
    const found = (await vnplan.need(`texts-${of.chunk.value(row)}`))[id];
    const value = (key) => { const got = of[key].value(row); return got === null ? null : visible(of[key].kind === "date" ? vnplan.day(got) : String(got)); };
    const about = ["doc_type", "issue_date", "issuing_body", "province", "signer", "warnings"].filter((key) => value(key) !== null);
    const head = make("div", { class: "about" },
      make("p", {}, make("a", { href: "#plans" }, `← ${words("back")}`)),
      make("h1", {}, make("bdi", {}, value("plan"))),
      make("p", { class: "subject", lang: "vi" }, make("bdi", {}, value("title") || "")),
      make("dl", {}, ...about.flatMap((key) => [make("dt", {}, of[key].name), make("dd", {}, make("bdi", {}, value(key)))]),
        make("dt", {}, of.file.name), make("dd", {}, found.file ? make("a", { href: found.file, rel: "noopener" }, visible(found.source)) : visible(found.source))));
    const text = marked(found.text, found.facts);
    const both = make("div", { class: "both" });
    const pages = (found.pages || []).length ? paged(found.pages, found.facts) : null;
    const left = pages ? either(pages, text) : text;
    both.append(left, list(both, found.facts));
    const innermost = (event) => {
      const span = event.target.closest("[data-facts]");
      if (!span) return null;
      const on = span.dataset.facts.split(" ").map(Number);
      return on.reduce((best, at) => (found.facts[at].end - found.facts[at].start < found.facts[best].end - found.facts[best].start ? at : best));
    };
    left.addEventListener("mouseover", (event) => { const at = moved(event) ? innermost(event) : null; if (at !== null) light(both, at, "list"); });
    left.addEventListener("click", (event) => { const at = innermost(event); if (at !== null) both.querySelector(`[data-fact="${at}"]`).focus({ preventScroll: false }); });
    place.append(head, both);
  }

  return { show };
})();
