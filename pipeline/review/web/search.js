"use strict";
// Search as `vnplan search` has it: the same letters, the same steps, the same order. What must be one with the
// register (letters, tones, bounds, the order of documents, where facts stand) comes from it, with the data;
// the steps are those of `register/finding.py`, and a test holds both against each other.

vnplan.search = (() => {
  const { make, words: label, need, address, link, visible, composed, marked, fold: folded } = vnplan;
  let of = null; // the data `search`

  // -- Letters: register/folding.py -------------------------------------------------------------------------------

  const word = /[\p{L}\p{N}]+/gu;
  const inWord = /[\p{L}\p{N}]$/u;
  const wordsOf = (text) => marked(text).match(word) || [];

  function spellings(one) {
    const old = one.normalize("NFD").replace(/([ou])([\u0300\u0301\u0303\u0309\u0323])([aey])$/, "$1$3$2");
    return [...new Set([one, composed(old)])];
  }

  // -- Queries: register/finding.py -------------------------------------------------------------------------------

  /** The parts of a query, each a word or a phrase; null where there is no word. */
  function readQuery(text) {
    const parts = [];
    for (const found of composed(text).matchAll(/"([^"]*)"|(\S+)/g)) {
      const part = wordsOf(found[1] ?? found[2]);
      if (part.length) parts.push(part);
    }
    if (!parts.length) return null;
    const bare = parts.map((part) => part.map(folded));
    const hasMarks = parts.some((part, at) => part.some((one, place) => one !== bare[at][place]));
    return { parts, bare, hasMarks, row: parts.flat(), bareRow: bare.flat(), rests: new Map() };
  }

  const pairs = (row) => (row.length > 1 ? row.slice(1).map((one, at) => `${row[at]}_${one}`) : row);

  /** What is asked one after the other: the tokens that a text must have, whether in a row, whether as a last resort. */
  function steps(query) {
    const seen = new Set();
    const found = [];
    for (const row of query.hasMarks ? [query.row, []] : [[]]) {
      for (const [tokens, inARow] of [[pairs(query.bareRow), true], [query.bare.flatMap(pairs), false]]) {
        const all = [...new Set([...tokens, ...row])];
        if (seen.has(all.join(" "))) continue;
        seen.add(all.join(" "));
        found.push({ tokens: all, inARow, last: query.hasMarks && !row.length && !inARow });
      }
    }
    return found;
  }

  /** Those of some tokens that a text has: words with marks and without, and pairs without. */
  function tokensIn(text, wanted) {
    const found = new Set();
    const list = wordsOf(text);
    let before = null;
    for (const one of list) {
      const bare = folded(one);
      for (const token of [one, bare, before === null ? bare : `${before}_${bare}`]) if (wanted.has(token)) found.add(token);
      before = bare;
    }
    return found;
  }

  function rest(query, row) {
    const key = row.join(" ");
    if (!query.rests.has(key)) {
      const others = row.slice(1).map((one) => `[^\\p{L}\\p{N}]+(?:${spellings(one).join("|")})`);
      query.rests.set(key, new RegExp(`${others.join("")}(?![\\p{L}\\p{N}])`, "uy"));
    }
    return query.rests.get(key);
  }

  /** Where words stand in a row. */
  function places(query, text, row) {
    const found = [];
    const after = rest(query, row);
    for (const first of spellings(row[0])) {
      for (let at = text.indexOf(first); at >= 0 && found.length < of.often; at = text.indexOf(first, at + first.length)) {
        if (at > 0 && inWord.test(text.slice(Math.max(0, at - 2), at))) continue;
        after.lastIndex = at + first.length;
        const match = after.exec(text);
        if (match) found.push([at, match.index + match[0].length]);
      }
    }
    return found.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  }

  /** Where the words of a query stand, whether with the marks that were typed, and whether in a row. */
  function spansIn(query, text) {
    const small = text.toLowerCase().length === text.length ? text.toLowerCase() : text;
    const bare = folded(text);
    if (query.hasMarks) {
      const found = places(query, small, query.row);
      if (found.length) return [found, true, true];
    }
    const found = places(query, bare, query.bareRow);
    if (found.length) return [found, !query.hasMarks, true];
    const several = query.row.length > 1;
    const sorted = (lists) => lists.flatMap((spans) => spans.slice(0, 3)).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const exact = query.hasMarks ? query.parts.map((part) => places(query, small, part)) : [];
    if (exact.length && exact.every((spans) => spans.length)) return [sorted(exact), true, !several];
    return [sorted(query.bare.map((part) => places(query, bare, part))), !query.hasMarks, !several];
  }

  // -- What is found ----------------------------------------------------------------------------------------------

  const rank = (exact, inARow) => 2 * !exact + !inARow;

  /** Texts that may hold the words, with those of the tokens that they have: all that the steps ask. */
  async function candidates(query, kind) {
    const wanted = new Set(steps(query).flatMap((step) => step.tokens));
    const found = [];
    const texts = new Map();
    for (let chunk = 0; chunk < vnplan.names.chunks; chunk += 1) {
      for (const [id, one] of Object.entries(await need(`texts-${chunk}`))) texts.set(id, one);
    }
    for (const about of of.documents) {
      const one = texts.get(about.id);
      const text = composed((one && one.text) || [about.number, about.title].filter(Boolean).join(" "));
      const bare = folded(text);
      if (!query.bareRow.every((token) => bare.includes(token))) continue;
      if (!kind) found.push({ about, text, has: tokensIn(text, wanted) });
      else {
        about.facts.forEach(([of_kind, start, end, page, section], place) => {
          if (of_kind !== kind) return;
          const words = text.slice(start, end);
          found.push({ about, text: words, page, section, place, has: tokensIn(words, wanted) });
        });
      }
    }
    return found; // of.documents has the latest first
  }

  function* having(found, step, most) {
    let count = 0;
    for (const one of found) {
      if (!step.tokens.every((token) => one.has.has(token))) continue;
      yield one;
      count += 1;
      if (count === most) return;
    }
  }

  const before = (a, b) => a.rank - b.rank || a.often - b.often || b.about.day - a.about.day || (a.about.id < b.about.id ? -1 : a.about.id > b.about.id ? 1 : 0) || b.place - a.place;

  function documents(query, found) {
    const hits = [];
    const seen = new Set();
    for (const step of steps(query)) {
      if (step.last && hits.length) break;
      const pool = step.inARow ? Math.max(of.few, 2 * of.shown) : 2 * of.shown;
      const those = [...having(found, step, pool + 1)];
      const few = step.inARow && those.length <= of.few;
      let good = 0;
      let day = null;
      for (const one of those.slice(0, pool)) {
        if (!few && good >= of.shown && one.about.day !== day) break;
        day = one.about.day;
        if (seen.has(one)) continue;
        seen.add(one);
        const [spans, exact, inARow] = spansIn(query, one.text);
        const inTitle = one.about.title && places(query, folded(composed(one.about.title)), query.bareRow).length > 0;
        const often = few ? -(spans.length + (inTitle ? 2 * of.often : 0)) : 0;
        const page = one.about.paged ? one.text.slice(0, spans.length ? spans[0][0] : 0).split("\f").length : null;
        hits.push({ ...one, spans, page, place: 0, often, rank: rank(exact, inARow) });
        good += !step.inARow || rank(exact, inARow) === 0;
      }
      if (hits.length >= of.shown) break;
    }
    return hits.sort(before).slice(0, of.shown);
  }

  function facts(query, found) {
    const hits = new Map();
    const ordered = [...found].sort((a, b) => b.about.at - a.about.at || b.place - a.place);
    for (const step of steps(query)) {
      if (step.last && hits.size) break;
      for (const one of having(ordered, step, Math.max(of.few, 2 * of.shown))) {
        if (hits.has(one)) continue;
        const bare = folded(one.text);
        if (!query.bare.every((part) => part.length === 1 || places(query, bare, part).length)) continue;
        const [spans, exact, inARow] = spansIn(query, one.text);
        hits.set(one, { ...one, spans, often: 0, rank: rank(exact, inARow) });
      }
      if (hits.size >= of.shown) break;
    }
    return [...hits.values()].sort(before).slice(0, of.shown);
  }

  /** What is found, best first: the documents, or the facts of a kind. */
  async function find(text, kind) {
    of = await need("search");
    const query = readQuery(text);
    if (query === null) return [];
    const found = await candidates(query, kind);
    return kind ? facts(query, found) : documents(query, found);
  }

  // -- The page ---------------------------------------------------------------------------------------------------

  const flat = (text) => visible(text.replace(/\s+/g, " "));

  /** A place some characters further on, or back; one outside the basic plane is two units and one character. */
  function moved(text, at, by) {
    const way = Math.sign(by);
    let to = at;
    for (let left = Math.abs(by); left > 0 && to + way >= 0 && to + way <= text.length; left -= 1) {
      to += way;
      if (/^[\udc00-\udfff]/.test(text[to] ?? "")) to += way;
    }
    return to;
  }

  /** The words around the first place, those that were found marked. */
  function snippet(hit, whole) {
    const { spans, text } = hit;
    let [low, high] = [0, text.length];
    if (!whole && spans.length) {
      const [first, last] = spans[0];
      low = Math.max(text.slice(0, moved(text, first, -of.round)).lastIndexOf(" ") + 1, moved(text, first, -3 * of.round));
      const end = text.indexOf(" ", moved(text, last, of.round));
      high = Math.min(end < 0 ? text.length : end, moved(text, last, 3 * of.round));
    } else if (!whole) high = moved(text, 0, 2 * of.round);
    const line = make("p", { lang: "vi" });
    let at = low;
    for (const [first, last] of spans) {
      if (first < at || last > high) continue;
      line.append(flat(text.slice(at, first)), make("mark", {}, flat(text.slice(first, last))));
      at = last;
    }
    line.append(flat(text.slice(at, high)));
    return line;
  }

  function item(hit, kind) {
    const { about } = hit;
    const name = visible(about.number || about.title || about.source);
    const place = [about.day && about.iso ? vnplan.day(about.iso) : "", visible(about.issuer || ""), hit.page ? `${vnplan.names.column.page} ${hit.page}` : ""];
    return make("li", {}, make("a", { href: link("plan", { id: about.id }) }, make("bdi", {}, name)), " ", make("bdi", {}, place.filter(Boolean).join(" · ")), snippet(hit, Boolean(kind)));
  }

  async function show(main) {
    const { state } = address();
    const [q, kind] = [(state.get("q") || "").slice(0, 300), state.get("kind") || ""];
    const field = make("input", { type: "search", name: "q", value: q, maxlength: "300" });
    const kinds = Object.entries({ "": label("all_documents"), ...vnplan.names.kinds });
    const choice = make("select", { name: "kind" }, ...kinds.map(([key, name]) => make("option", { value: key, selected: key === kind }, name)));
    const go = (event) => { event.preventDefault(); location.hash = link("search", { q: field.value, ...(choice.value ? { kind: choice.value } : {}) }).slice(1); };
    const status = make("p", { role: "status", class: "status" }, q.trim() ? label("loading") : "");
    const list = make("ol", { class: "hits" });
    main.append(
      make("h1", {}, label("search_page")),
      make("form", { class: "filters", role: "search", onsubmit: go }, make("label", {}, make("span", {}, label("search")), field), make("label", {}, make("span", {}, vnplan.names.column.kind), choice), make("button", {}, label("search_page"))),
      status, list,
    );
    if (!q.trim()) return;
    const hits = await find(q, kind);
    status.textContent = hits.length ? label("hits", { count: hits.length }) : label("no_hits");
    list.append(...hits.map((hit) => item(hit, kind)));
  }

  return { show, find };
})();
