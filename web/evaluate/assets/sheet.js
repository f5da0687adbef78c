// Keeps every change of the sheet by itself, one item a request, and holds what
// could not be sent in this browser until it could; moves about by the keyboard;
// shows the evidence beside the sheet. Without it the page is a form that saves
// by its buttons.
(() => {
  "use strict";
  const sheet = document.getElementById("sheet"), say = document.getElementById("say")?.dataset;
  if (!sheet || !say) return;
  const { base, who } = sheet.dataset;
  const told = document.getElementById("told");
  const cards = [...sheet.querySelectorAll("[data-item]")];
  const cardOf = (item) => cards.find((c) => c.dataset.item === item);
  const byId = (id) => document.getElementById(id);
  const words = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  for (const e of document.querySelectorAll(".scripted")) e.hidden = false;
  for (const e of document.querySelectorAll(".unscripted")) e.hidden = true;

  // Fields of one item, as the form names them.
  const controls = (card) => [...card.querySelectorAll("input[name], textarea[name]")].filter((e) => !e.name.startsWith("seen-"));
  const seenOf = (card) => card.querySelector('input[name^="seen-"]');
  const read = (card) => Object.fromEntries(controls(card).filter((e) => e.type !== "checkbox" || e.checked).map((e) => [e.name, e.value]));
  const write = (card, fields) => {
    for (const e of controls(card)) {
      if (e.type === "checkbox") e.checked = fields[e.name] === e.value;
      else e.value = fields[e.name] ?? "";
    }
  };
  const same = (a, b) => [...new Set([...Object.keys(a), ...Object.keys(b)])].every((k) => k.startsWith("seen-") || (a[k] || "") === (b[k] || ""));

  // What is not on the server yet lies in localStorage, a record an item and window.
  const prefix = `minyi-sheet:${who}:${base}:`;
  const mine = (() => {
    try {
      let id = sessionStorage.getItem("minyi-window");
      if (!id) sessionStorage.setItem("minyi-window", id = Math.random().toString(36).slice(2));
      return id;
    } catch { return "one"; }
  })();
  const pending = new Map(); // item -> {fields, seen, wrong, clash}
  const keyOf = (item) => `${prefix}${item}:${mine}`;
  const hold = (item) => {
    try { localStorage.setItem(keyOf(item), JSON.stringify(pending.get(item))); } catch { /* memory alone then */ }
  };
  const drop = (item) => {
    pending.delete(item);
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(`${prefix}${item}:`)) localStorage.removeItem(key);
    } catch { /* nothing was held */ }
  };

  const state = (card, text, kind) => {
    const p = card.querySelector("[data-state]");
    p.textContent = text;
    p.className = "state " + (kind || "");
  };
  const tell = (text) => { if (told.textContent !== text) told.textContent = text; };

  // Counts of what is marked and missing, over the whole and a heading.
  const count = () => {
    let settled = 0, gaps = 0;
    for (const level of document.querySelectorAll(".level")) {
      const inside = cards.filter((c) => level.contains(c));
      const needed = inside.filter((c) => "needed" in c.dataset);
      const done = needed.filter((c) => !c.dataset.lacks.includes("mark")).length;
      const part = document.querySelector(`.levels a[data-level="${level.dataset.level}"] .part`);
      if (part && needed.length) part.textContent = `${done}/${needed.length}`;
      settled += done;
    }
    for (const c of cards) gaps += c.dataset.lacks.trim() ? c.dataset.lacks.trim().split(/\s+/).length : 0;
    if (sheet.elements.level.value === "0") {
      byId("settled").textContent = settled;
      byId("gaps").textContent = gaps;
    }
  };
  const lacking = (card, lacks) => {
    card.dataset.lacks = lacks.join(" ");
    card.classList.toggle("lacking", lacks.length > 0);
    const at = card.querySelector("[data-lacking]");
    if (!at) return;
    at.replaceChildren(...lacks.flatMap((l) => {
      const badge = document.createElement("span");
      badge.className = "badge warn";
      badge.textContent = say["lacks" + l[0].toUpperCase() + l.slice(1)];
      return [badge, " "];
    }));
  };
  const wrong = (card, problems) => {
    const at = card.querySelector("[data-wrong]"), texts = Object.values(problems || {});
    at.textContent = texts.join(" ");
    for (const e of controls(card)) {
      if (problems && e.name in problems) e.setAttribute("aria-invalid", "true");
      else e.removeAttribute("aria-invalid");
    }
  };

  // Both versions of an item that two windows changed, with the choice.
  const clash = (card, stored) => {
    card.querySelector(".theirs")?.remove();
    const box = document.createElement("div");
    box.className = "theirs";
    box.setAttribute("role", "alert");
    const line = (name, fields) => {
      const p = document.createElement("p"), b = document.createElement("b");
      b.textContent = name + " ";
      p.append(b, Object.entries(fields).filter(([k, v]) => v && !k.startsWith("seen-")).map(([k, v]) => k.startsWith("na-") ? "✓" : v).join(" · ") || say.none);
      return p;
    };
    const button = (text, act) => {
      const b = document.createElement("button");
      b.type = "button";
      b.className = "quiet small";
      b.textContent = text;
      b.addEventListener("click", () => { box.remove(); act(); card.focus(); });
      return b;
    };
    const title = document.createElement("p");
    title.textContent = say.clash;
    box.append(title, line(say.stored, stored), line(say.mine, read(card)),
      button(say.usemine, () => {
        const record = pending.get(card.dataset.item) || {};
        pending.set(card.dataset.item, { fields: read(card), seen: stored["seen-" + card.dataset.item] || record.seen, due: true });
        hold(card.dataset.item);
        run();
      }),
      button(say.usestored, () => {
        write(card, stored);
        seenOf(card).value = stored["seen-" + card.dataset.item];
        drop(card.dataset.item);
        state(card, say.elsewhere, "ok");
        change(card, true); // asks the server again what the item lacks
      }));
    card.querySelector(".found, textarea").before(box);
    state(card, say.clash, "bad");
  };

  // Sending: one at a time, again after 1, 3, 9 and 27 seconds.
  const waits = [1, 3, 9, 27];
  let busy = false, tries = 0, timer = 0, out = false;
  const ready = () => [...pending].find(([, r]) => r.due && !r.wrong && !r.clash); // a mark half typed is not sent
  const report = (more) => {
    const n = pending.size;
    if (!n) return tell(say.allsaved);
    tell(words(say.offline, { n }) + (more ? " · " + more : ""));
  };
  const later = () => {
    const s = waits[Math.min(tries++, waits.length - 1)];
    report(words(say.retry, { s }));
    clearTimeout(timer);
    timer = setTimeout(run, s * 1000);
  };
  const ask = (path, options) => fetch(base + path, { credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(20000), ...options });

  // The token of a session that was renewed; false where there is no session.
  const renew = async () => {
    const answer = await ask("/state");
    if (!answer.ok) return false;
    const now = await answer.json();
    if (now.who !== who) return false; // somebody else has signed in: these marks are not his
    sheet.elements.csrf.value = now.csrf;
    return now;
  };
  const send = async (item, record) => {
    const body = new URLSearchParams(record.fields);
    body.set("csrf", sheet.elements.csrf.value);
    body.set("seen-" + item, record.seen);
    return ask("/items/" + item, { method: "POST", body });
  };
  const json = (answer) => (answer.headers.get("Content-Type") || "").startsWith("application/json");

  const run = async () => {
    const next = ready();
    if (busy) return;
    if (!next) return report();
    busy = true;
    clearTimeout(timer);
    const [item, record] = next, card = cardOf(item);
    try {
      tell(say.saving);
      let answer = await send(item, record);
      if (!json(answer)) { // no answer of the sheet: the session may have ended, or begun anew
        if (answer.status >= 500) throw new Error(String(answer.status));
        if (!await renew()) throw Object.assign(new Error("signed out"), { out: true });
        answer = await send(item, record);
        if (!json(answer)) throw new Error(String(answer.status));
      }
      tries = 0;
      out = false;
      settle(card, record, await answer.json());
    } catch (e) {
      busy = false;
      if (!e.out) return later();
      out = true;
      return report(say.signedout);
    }
    busy = false;
    run();
  };

  const settle = (card, record, got) => {
    const item = card.dataset.item, latest = pending.get(item);
    if (got.state === "kept") {
      seenOf(card).value = got.version;
      wrong(card);
      if (latest !== record) {
        latest.seen = got.version;
        hold(item);
      } else {
        drop(item);
        state(card, words(say.saved, { at: got.at ? got.at.split(" ").pop() : "" }), "ok");
      }
      lacking(card, got.lacks);
      judge(card, got);
      count();
      if (got.total && byId("running")) byId("running").textContent = got.total;
      return;
    }
    if (latest === record) record[got.state === "clash" ? "clash" : "wrong"] = true;
    if (got.state === "clash") {
      clash(card, got.fields);
    } else {
      wrong(card, got.problems);
      state(card, got.state === "wrong" ? say.wrong : say.closed, "bad");
      if (got.state === "refused") tell(say.stopped + " " + Object.values(got.problems).join(" "));
    }
  };

  const judge = (card, got) => {
    const box = card.querySelector('input[type="checkbox"]');
    if (box) {
      box.disabled = !got.excuse;
      box.closest("label").hidden = !got.excuse;
    }
    [...card.querySelectorAll("[data-judged]")].forEach((at, n) => {
      const one = (got.judged || [])[n];
      at.hidden = !one || one.state === "none";
      if (!one) return;
      at.className = "badge " + one.state;
      at.textContent = one.text;
    });
  };

  const idle = 2500; // what is left, or confirmed by Enter, is sent at once
  const change = (card, now) => {
    const item = card.dataset.item, old = pending.get(item);
    const record = { fields: read(card), seen: old ? old.seen : seenOf(card).value, clash: old?.clash, due: now };
    pending.set(item, record);
    hold(item);
    if (!old?.clash) state(card, say.kept, "");
    const mark = markOf(card);
    if (mark?.value.trim() && card.dataset.lacks.includes("mark")) { // until the server says more
      lacking(card, []);
      count();
    }
    clearTimeout(card.wait);
    card.wait = setTimeout(() => {
      record.due = true;
      if (!out) run();
    }, now ? 0 : idle);
  };
  sheet.addEventListener("input", (e) => {
    const card = e.target.closest("[data-item]");
    if (card) change(card, false);
  });
  sheet.addEventListener("change", (e) => {
    const card = e.target.closest("[data-item]");
    if (card && pending.has(card.dataset.item)) change(card, true);
  });

  // What was written before a reload, a crash or the end of a session.
  const restore = () => {
    let held = [];
    try { held = Object.keys(localStorage).filter((k) => k.startsWith(prefix)); } catch { return; }
    held.sort((a, b) => a.endsWith(mine) - b.endsWith(mine));
    for (const key of held) {
      const item = key.slice(prefix.length).split(":")[0], card = cardOf(item);
      const record = JSON.parse(localStorage.getItem(key));
      if (!card || !record) continue;
      if (same(record.fields, read(card))) {
        localStorage.removeItem(key);
        continue;
      }
      write(card, record.fields);
      pending.set(item, { fields: record.fields, seen: record.seen, due: true });
      state(card, say.kept, "");
      hold(item);
    }
  };

  // Coming back to this window: what another window stored meanwhile is shown.
  const refresh = async () => {
    let now;
    try { now = await renew(); } catch { return; }
    if (!now) return;
    out = false;
    for (const [item, fields] of Object.entries(now.items)) {
      const card = cardOf(item);
      if (!card || pending.has(item) || fields["seen-" + item] === seenOf(card).value) continue;
      write(card, fields);
      seenOf(card).value = fields["seen-" + item];
      state(card, say.elsewhere, "ok");
      lacking(card, card.dataset.lacks.split(/\s+/).filter((l) => l && l !== "mark" && l !== "opinion"));
    }
    count();
    run();
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  addEventListener("focus", () => { if (out) refresh(); });
  addEventListener("online", () => { tries = 0; run(); });

  // A form that is sent by a button takes everything with it.
  sheet.addEventListener("submit", (e) => {
    if (e.submitter?.value === "save") {
      e.preventDefault();
      run();
      return;
    }
    if (pending.size && [...pending.values()].every((r) => !r.wrong && !r.clash)) {
      for (const item of [...pending.keys()]) { // the form carries them
        seenOf(cardOf(item)).value = pending.get(item).seen;
      }
    }
  });

  // The evidence beside the sheet.
  const viewer = byId("viewer"), frame = byId("viewer-frame"), title = byId("viewer-name");
  let from = null;
  const show = (link) => {
    from = link.closest("[data-item]") || from;
    viewer.hidden = false;
    byId("desk").classList.add("beside");
    title.textContent = link.textContent;
    byId("viewer-own").href = link.href;
    if (frame.src !== link.href) frame.src = link.href;
    for (const l of document.querySelectorAll("[data-preview][aria-current]")) l.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    title.focus({ preventScroll: true });
  };
  const hide = () => {
    viewer.hidden = true;
    byId("desk").classList.remove("beside");
    frame.removeAttribute("src");
    for (const l of document.querySelectorAll("[data-preview][aria-current]")) l.removeAttribute("aria-current");
    (from || document.body).focus?.();
  };
  document.addEventListener("click", (e) => {
    const link = e.target.closest("[data-preview]");
    if (!link || e.ctrlKey || e.metaKey || e.shiftKey || e.button) return;
    e.preventDefault();
    show(link);
  });
  byId("viewer-close").addEventListener("click", hide);
  frame.addEventListener("load", () => {
    try {
      frame.contentWindow.addEventListener("keydown", (e) => { if (e.key === "Escape") hide(); });
    } catch { /* a viewer of the browser's own: its close button is there */ }
  });

  // Moving about.
  const here = () => document.activeElement?.closest?.("[data-item]") || (!viewer.hidden && viewer.contains(document.activeElement) ? from : null);
  const go = (card) => {
    if (!card) return;
    card.focus({ preventScroll: true });
    const top = byId("bar").getBoundingClientRect().bottom, box = card.getBoundingClientRect();
    if (box.top < top || box.bottom > innerHeight) scrollBy(0, box.top - top - 12);
    const level = card.closest(".level")?.dataset.level;
    for (const a of document.querySelectorAll(".levels a")) {
      a.toggleAttribute("aria-current", !!level && a.dataset.level === level);
      if (level && a.dataset.level === level) a.parentElement.scrollLeft = a.offsetLeft - a.parentElement.offsetLeft - 48;
    }
    if (!viewer.hidden && from !== card) {
      from = card;
      const link = card.querySelector("[data-preview]");
      if (link) { show(link); card.focus({ preventScroll: true }); }
    }
  };
  const step = (by) => {
    const at = cards.indexOf(here());
    go(at < 0 ? cards[0] : cards[at + by]);
  };
  const nextGap = () => {
    const at = cards.indexOf(here()), order = [...cards.slice(at + 1), ...cards.slice(0, at + 1)];
    const card = order.find((c) => c.dataset.lacks.trim());
    if (card) return go(card);
    tell(say.nogap);
  };
  const markOf = (card) => card?.querySelector("input.mark[name^=mark-]");
  const into = (field) => {
    if (!field || field.disabled) return false;
    field.focus();
    field.select?.();
    return true;
  };
  const full = (card) => {
    const field = markOf(card);
    if (!field || field.disabled) return;
    field.value = card.dataset.full;
    const box = card.querySelector('input[type="checkbox"]');
    if (box) box.checked = false;
    change(card, true);
  };
  const nextProof = (card) => {
    const links = [...(card || document).querySelectorAll("[data-preview]")];
    if (!links.length) return;
    const at = links.findIndex((l) => l.hasAttribute("aria-current"));
    show(links[(at + 1) % links.length]);
  };
  const excuse = (card) => {
    const box = card?.querySelector('input[type="checkbox"]');
    if (!box || box.disabled) return;
    box.checked = !box.checked;
    if (box.checked) markOf(card).value = "";
    change(card, true);
  };

  // Single keys can be switched off (WCAG 2.1.4), and do nothing in texts.
  const help = byId("keys"), on = byId("keys-on");
  try { on.checked = localStorage.getItem("minyi-keys") !== "off"; } catch { /* on */ }
  on.addEventListener("change", () => { try { localStorage.setItem("minyi-keys", on.checked ? "on" : "off"); } catch { /* for now */ } });
  byId("help").addEventListener("click", () => help.showModal());
  byId("keys-close").addEventListener("click", () => help.close());
  byId("next").addEventListener("click", nextGap);
  const jump = byId("go");
  jump.addEventListener("keydown", (e) => {
    if (e.isComposing) return;
    if (e.key === "Escape") return void go(from || cards[0]);
    if (e.key !== "Enter") return;
    e.preventDefault();
    const card = cardOf(jump.value.trim().toUpperCase()) || cardOf(jump.value.trim());
    if (card) { jump.value = ""; go(card); } else tell(say.nowhere);
  });
  sheet.addEventListener("click", (e) => {
    if (e.target.closest("[data-full-marks]")) full(e.target.closest("[data-item]"));
  });

  const letters = {
    j: () => step(1), k: () => step(-1), n: nextGap, f: (c) => full(c), x: (c) => excuse(c),
    r: (c) => into(c?.querySelector("[name^=reason-], textarea")), t: (c) => into(c?.querySelector("[name^=note-]")),
    v: (c) => into(c?.querySelector("fieldset.value input")), e: (c) => nextProof(c),
    p: (c) => c?.querySelector("[data-problem]")?.click(), "/": () => { from = here(); into(jump); }, "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (e) => {
    if (e.isComposing || e.ctrlKey || e.metaKey || e.altKey || help.open || e.target === jump) return;
    const card = here(), field = e.target.closest("input, textarea, select"), mark = field && field === markOf(card);
    if (e.key === "Escape") {
      if (!viewer.hidden) hide();
      else if (field) go(card);
      return;
    }
    if (e.key === "Enter" && field && field.tagName === "INPUT" && field.type !== "checkbox") {
      e.preventDefault(); // Enter never sends the sheet
      if (mark) step(1); else go(card);
      return;
    }
    if (e.key === "Enter" && e.target === card) {
      e.preventDefault();
      return void into(markOf(card) || card.querySelector("textarea"));
    }
    if ((e.key === "ArrowDown" || e.key === "ArrowUp") && (mark || e.target === card)) {
      e.preventDefault();
      return step(e.key === "ArrowDown" ? 1 : -1);
    }
    if (field && !mark || e.target.closest("button, a, summary") && e.key === " ") return;
    if (/^[0-9]$/.test(e.key) && card && !field) {
      into(markOf(card)); // the digit itself is typed into the field by the browser
      return;
    }
    const act = on.checked && letters[e.key.length === 1 ? e.key.toLowerCase() : ""];
    if (!act || mark && e.key === "/") return;
    e.preventDefault();
    held = true;
    act(card);
  });
  // The character of a key that moved the focus belongs to nobody.
  let held = false;
  document.addEventListener("keypress", (e) => { if (held) e.preventDefault(); });
  document.addEventListener("keyup", () => { held = false; });

  restore();
  count();
  if (pending.size) run(); else tell("");
  const wanted = location.hash.startsWith("#i-") && cardOf(decodeURIComponent(location.hash.slice(3)));
  if (wanted) go(wanted);
})();
