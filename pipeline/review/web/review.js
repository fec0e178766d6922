"use strict";
// Keys and marks of a document page. Everything works without this script, too, but for marking words.

(() => {
  const text = document.getElementById("text");
  let current = null;
  let composing = false;
  let held = false; // a button of the mouse is down
  let places = []; // of the facts: in the text, and on the pages

  function choose(card, focus = true) {
    document.querySelectorAll(".card.current, .on").forEach((element) => element.classList.remove("current", "on"));
    current = card;
    if (!card) return;
    card.classList.add("current");
    if (focus) card.focus({ preventScroll: false });
    const marks = document.querySelectorAll(`[data-facts~="${CSS.escape(card.id)}"]`);
    marks.forEach((mark) => mark.classList.add("on"));
    const word = [...marks].find((mark) => text.contains(mark));
    if (word) centre(text, word.getBoundingClientRect());
    enlarge(card);
    card.scrollIntoView({ block: "nearest" });
  }

  /** Scrolls a part of the page, and nothing around it, so that a place in it is seen. */
  function centre(pane, place) {
    const seen = pane.getBoundingClientRect();
    pane.scrollTop += place.top + place.height / 2 - seen.top - seen.height / 2;
  }

  /** The words of a card on their page: that part of it in sight, and enlarged in the card. */
  function enlarge(card) {
    document.querySelector(".crop")?.remove();
    const place = places.find((one) => one.at === card.id && one.boxes.length);
    const page = place?.boxes[0].page;
    const figure = place && document.querySelector(`figure[data-page="${page}"]`);
    if (!figure) return;
    const image = figure.querySelector("img");
    const boxes = place.boxes.filter((one) => one.page === page);
    const [x0, y0] = ["x0", "y0"].map((side) => Math.min(...boxes.map((box) => box[side])) - 8);
    const [x1, y1] = ["x1", "y1"].map((side) => Math.max(...boxes.map((box) => box[side])) + 8);
    const whole = figure.getBoundingClientRect();
    const pixels = whole.width / figure.dataset.width;
    centre(document.getElementById("pages"), { top: whole.top + y0 * pixels, height: (y1 - y0) * pixels });
    image.loading = "eager";
    if (!image.naturalWidth) return; // it comes back here when it is loaded
    const dots = image.naturalWidth / figure.dataset.width;
    const canvas = document.createElement("canvas");
    canvas.className = "crop";
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", image.alt);
    canvas.width = Math.round((x1 - x0) * 4);
    canvas.height = Math.round((y1 - y0) * 4);
    canvas.getContext("2d").drawImage(image, x0 * dots, y0 * dots, (x1 - x0) * dots, (y1 - y0) * dots, 0, 0, canvas.width, canvas.height);
    card.querySelector(".says").after(canvas);
  }

  /** The text with its facts marked: cut at the borders of facts. */
  function mark() {
    places = JSON.parse(text.dataset.places);
    const whole = text.textContent;
    const borders = [...new Set([0, whole.length, ...places.flatMap((place) => [place.start, place.end])])].sort((a, b) => a - b);
    const parts = [];
    for (let at = 0; at + 1 < borders.length; at += 1) {
      const on = places.filter((place) => place.start <= borders[at] && place.end >= borders[at + 1]);
      const part = whole.slice(borders[at], borders[at + 1]);
      if (!on.length) { parts.push(part); continue; }
      const span = document.createElement("span");
      span.className = `mark of-${on[on.length - 1].kind}`;
      span.dataset.facts = on.map((place) => place.at).join(" ");
      span.textContent = part;
      parts.push(span);
    }
    text.replaceChildren(...parts);
    for (const figure of document.querySelectorAll("figure")) draw(figure);
  }

  /** The boxes of facts on a page image. */
  function draw(figure) {
    const image = figure.querySelector("img");
    const { width, height, page } = figure.dataset;
    figure.style.aspectRatio = `${width} / ${height}`;
    const show = () => {
      drawBoxes(figure);
      for (const place of places) {
        for (const box of place.boxes.filter((one) => String(one.page) === page)) {
          const drawn = document.createElement("button");
          drawn.type = "button";
          drawn.tabIndex = -1;
          drawn.setAttribute("aria-hidden", "true");
          drawn.className = `box of-${place.kind}`;
          drawn.dataset.facts = place.at;
          drawn.style.left = `${(100 * box.x0) / width}%`;
          drawn.style.top = `${(100 * box.y0) / height}%`;
          drawn.style.width = `${(100 * (box.x1 - box.x0)) / width}%`;
          drawn.style.height = `${(100 * (box.y1 - box.y0)) / height}%`;
          figure.append(drawn);
        }
      }
      if (current && !held) choose(current, false);
    };
    const gone = () => {
      figure.remove();
      document.getElementById("pages").hidden = !document.querySelector("figure");
    };
    if (image.complete && image.naturalWidth) show();
    else if (image.complete && image.getAttribute("loading") !== "lazy") gone();
    else { image.addEventListener("load", show); image.addEventListener("error", gone); }
  }

  const cards = () => [...document.querySelectorAll("form.card:not([hidden])")];

  function step(by) {
    const all = cards();
    const at = all.indexOf(current);
    choose(all[Math.min(all.length - 1, Math.max(0, at + by))] || null);
  }

  const press = (action) => current?.querySelector(`button[value="${action}"]`)?.click();

  /** What is marked in the text, and how often the same words stand before it. */
  function marked() {
    const selection = getSelection();
    if (!text || !selection.rangeCount || !text.contains(selection.anchorNode)) return null;
    const words = selection.toString().split(/\s+/).filter(Boolean).join(" ");
    if (!words) return null;
    const before = document.createRange();
    before.setStart(text, 0);
    before.setEnd(selection.getRangeAt(0).startContainer, selection.getRangeAt(0).startOffset);
    return { words, count: occurrences(words, before.toString()) };
  }

  /** Words are marked on a page image by drawing a box around them. */
  function drawBoxes(figure) {
    const { page, width, height } = figure.dataset;
    const image = figure.querySelector("img");
    image.draggable = false;
    let from = null;
    let frame = null;
    let words = null;
    const at = (event) => {
      const place = figure.getBoundingClientRect();
      return [((event.clientX - place.left) / place.width) * width, ((event.clientY - place.top) / place.height) * height];
    };
    const around = (event) => {
      const [x, y] = at(event);
      return { x0: Math.min(from[0], x), y0: Math.min(from[1], y), x1: Math.max(from[0], x), y1: Math.max(from[1], y) };
    };
    const place = (element, box) => {
      element.style.left = `${(100 * box.x0) / width}%`;
      element.style.top = `${(100 * box.y0) / height}%`;
      element.style.width = `${(100 * (box.x1 - box.x0)) / width}%`;
      element.style.height = `${(100 * (box.y1 - box.y0)) / height}%`;
    };
    figure.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.pointerType === "touch") return;
      from = at(event);
      words ||= fetch(image.src.replace(/png$/, "json")).then((answer) => (answer.ok ? answer.json() : []));
    });
    figure.addEventListener("pointermove", (event) => {
      if (!from) return;
      const box = around(event);
      if (!frame && box.x1 - box.x0 + box.y1 - box.y0 > 6) {
        frame = document.createElement("div");
        frame.className = "frame";
        figure.append(frame);
        figure.setPointerCapture(event.pointerId);
      }
      if (frame) { place(frame, box); event.preventDefault(); }
    });
    figure.addEventListener("pointerup", async (event) => {
      const drawn = frame;
      const box = from && around(event);
      from = null;
      frame = null;
      if (!drawn) return;
      drawn.remove();
      const inside = (await words).filter((word) => {
        const [x, y] = [(word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2];
        return box.x0 <= x && x <= box.x1 && box.y0 <= y && y <= box.y1;
      });
      document.querySelectorAll(".picked").forEach((element) => element.remove());
      for (const word of inside) {
        const shown = document.createElement("div");
        shown.className = "picked";
        place(shown, word);
        figure.append(shown);
      }
      pick(inside);
    });
  }

  /** What the words in a box are in the text: from the first to the last of them. */
  function pick(inside) {
    const picked = document.getElementById("picked");
    document.getElementById("no-words").hidden = inside.length > 0;
    picked.hidden = !inside.length;
    if (!inside.length) return;
    const whole = text.textContent;
    const start = Math.min(...inside.map((word) => word.start));
    const words = whole.slice(start, Math.max(...inside.map((word) => word.end))).split(/\s+/).filter(Boolean).join(" ");
    getSelection().removeAllRanges();
    kept = { words, count: occurrences(words, whole.slice(0, start)) };
    picked.querySelector("bdi").textContent = words;
  }

  function occurrences(words, before) {
    const pattern = new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/ /g, "\\s+"), "g");
    return (before.match(pattern) || []).length;
  }

  let kept = null;
  document.addEventListener("selectionchange", () => { kept = marked() || kept; });

  /** Marked words go to the fact that is looked at, or make a new one. */
  function take(anew = false) {
    kept = marked() || kept; // browsers tell of a selection a moment after it is there
    if (!kept) return;
    const add = document.getElementById("add");
    const field = !anew && current && current !== add ? current.querySelector("[name=value]") : null;
    if (field) {
      const role = current.elements.kind.value === "responsibilities" ? field.value.split(":")[0] + ": " : "";
      field.value = role + kept.words;
      field.focus();
      return;
    }
    add.elements.words.value = kept.words;
    add.elements.fact.value = String(kept.count);
    choose(add);
    value();
  }

  /** The value that marked words have, as a proposal: of a task its body is still to be typed. */
  function value() {
    const add = document.getElementById("add");
    const [role, direction, due] = ["role", "direction", "due"].map((id) => document.getElementById(id));
    const kind = add.elements.kind.value;
    const words = add.elements.words.value;
    const field = add.elements.value;
    role.hidden = kind !== "responsibilities" && kind !== "tasks";
    direction.hidden = kind !== "targets";
    due.hidden = kind !== "tasks";
    const chosen = (part) => part.querySelector("select").value;
    if (kind === "responsibilities") field.value = `${chosen(role)}: ${words}`;
    else if (kind === "tasks") {
      const body = field.dataset.of === "tasks" ? field.value.split(";")[0].replace(/^[^:]*:\s*/, "") : "";
      const day = due.querySelector("input");
      field.value = `${chosen(role)}: ${body}${day.value ? `; ${day.dataset.word}: ${day.value}` : ""}`;
    } else if (kind === "targets") {
      const figure = words.match(/\d[\d.,]*(?:\s*[-–]\s*\d[\d.,]*)?\s*%?/);
      field.value = `${chosen(direction)}: ${figure ? figure[0].trim() : ""}`.trim();
    } else if (kind === "deadlines") field.value = (words.match(/\d{1,2}[/.-]\d{1,2}[/.-]\d{4}/) || [words])[0];
    else field.value = words;
    field.dataset.of = kind;
  }

  const actions = {
    j: () => step(1), k: () => step(-1), a: () => press("accept"), x: () => press("reject"), m: () => take(), t: () => take(true),
    s: () => { const field = current?.querySelector("[name=value]"); if (field) { field.focus(); field.select(); } },
    u: () => document.querySelector("#undo button").click(),
    n: () => { location.href = "/"; },
  };

  // Vietnamese is typed with input methods that compose letters: no key is a command then.
  document.addEventListener("compositionstart", () => { composing = true; });
  document.addEventListener("compositionend", () => { composing = false; });
  document.addEventListener("keydown", (event) => {
    if (composing || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (leaving()) { event.preventDefault(); return; }
    if (event.key === "Escape") { current?.focus(); return; }
    if (event.target.closest("input, select, textarea")) {
      if (event.key === "Enter" && event.target.name === "value" && event.target.form.querySelector("button[value=correct]")) {
        event.preventDefault();
        event.target.form.querySelector("button[value=correct]").click();
      }
      return;
    }
    const pick = /^[1-9]$/.test(event.key) ? current?.querySelectorAll("[data-candidate]")[Number(event.key) - 1] : null;
    const act = pick ? () => pick.click() : actions[event.key.toLowerCase()];
    if (act) { event.preventDefault(); act(); }
  });

  document.addEventListener("click", (event) => {
    const candidate = event.target.closest("[data-candidate]");
    if (candidate) {
      const form = candidate.closest("form");
      form.elements.value.value = candidate.dataset.candidate;
      form.querySelector("button[value=correct]").click();
      return;
    }
    const taking = event.target.closest("[data-take]");
    if (taking) { take(taking.dataset.take === "t"); return; }
    const fact = event.target.closest("[data-facts]");
    if (fact && getSelection().isCollapsed) { choose(document.getElementById(fact.dataset.facts.split(" ").pop())); return; }
    const card = event.target.closest("form.card");
    if (card) choose(card, false);
  });

  // A card that is chosen grows, and the one before it shrinks. While a button of the mouse is down, nothing may move:
  // the press would end on something else, and be lost.
  const follow = () => {
    const card = document.activeElement?.closest("form.card");
    if (card && card !== current) choose(card, false);
  };
  const release = () => { held = false; setTimeout(follow); };
  document.addEventListener("pointerdown", () => { held = true; }, true);
  document.addEventListener("pointerup", release, true);
  document.addEventListener("pointercancel", release, true);
  document.addEventListener("focusin", () => { if (!held) follow(); });

  // What is on its way to the server is sent once: a second press, or a key meant for the page to come, is not for this one.
  const ONCE = 2000; // milliseconds; then a server that did not answer may be asked again
  let sent = -Infinity;
  const leaving = () => performance.now() - sent < ONCE;
  document.addEventListener("submit", (event) => {
    if (leaving()) event.preventDefault();
    else sent = performance.now();
  });
  window.addEventListener("pageshow", () => { sent = -Infinity; });

  if (text) {
    mark();
    const add = document.getElementById("add");
    for (const part of [add.elements.kind, add.elements.words, ...add.querySelectorAll("#role select, #direction select, #due input")]) part.addEventListener("change", value);
    value();
    const asked = new URLSearchParams(location.search);
    if (asked.get("then") === "queue") document.querySelectorAll(".card [name=then]").forEach((field) => { field.value = "queue"; });
    const section = document.getElementById("section");
    if (asked.get("section")) {
      section.hidden = false;
      section.elements.words.value = asked.get("section");
      section.querySelector(".value").textContent = asked.get("section");
      choose(section);
      const find = asked.get("section").slice(0, 40).split(" ").map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+");
      const at = text.textContent.search(new RegExp(find));
      if (at >= 0) reveal(at);
    } else {
      const open = cards().find((card) => card !== add && !card.classList.contains("decided"));
      choose(document.getElementById(decodeURIComponent(location.hash.slice(1))) || open || cards()[0], true);
    }
  }

  function reveal(at) {
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    for (let left = at, node = walker.nextNode(); node; node = walker.nextNode()) {
      if (left < node.length) {
        const range = document.createRange();
        range.setStart(node, left);
        range.setEnd(node, Math.min(node.length, left + 1));
        text.scrollTop += range.getBoundingClientRect().top - text.getBoundingClientRect().top - 40;
        return;
      }
      left -= node.length;
    }
  }
})();
