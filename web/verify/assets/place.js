// The page at the place. Every change is an act with an id of its own: it is kept on
// the device first, sent when there is a line, and dropped once the server has it.
// Without a line, and when the session ended, nothing is lost; the line at the top
// says what waits.
"use strict";
(async () => {
  const form = document.getElementById("place"), say = document.getElementById("say")?.dataset;
  if (!form || !say) return;
  const { visit, who } = form.dataset, home = "/verify/" + visit, of = who + "|" + visit;
  const writes = form.dataset.writes === "true";
  const told = document.getElementById("told");
  const all = (q, at = document) => [...at.querySelectorAll(q)];
  const words = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const make = (tag, text, props = {}) => Object.assign(document.createElement(tag), { textContent: text }, props);
  const id = () => crypto.randomUUID ? crypto.randomUUID() : "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, () => crypto.getRandomValues(new Uint8Array(1))[0].toString(16).slice(-1));
  const two = (n) => String(n).padStart(2, "0");
  const clock = (at) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  const hex = (bytes) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, "0")).join("");
  const sha = async (bytes) => crypto.subtle ? hex(await crypto.subtle.digest("SHA-256", bytes)) : "";

  const store = await window.minyiKeep();
  let state = JSON.parse(document.getElementById("state").textContent), token = form.elements.csrf.value;
  const old = (await store.state(of))?.state;
  if (old && old.version > state.version) state = old;
  let acts = writes || (await store.list(of)).length ? await store.list(of) : [];
  let count = acts.reduce((n, a) => Math.max(n, a.n), 0);
  const drawn = new Map(); // addresses of photographs that wait, by act

  for (const e of all(".unscripted")) e.hidden = true;
  for (const e of all(".shoot, .pad")) e.hidden = false;

  // What the record will be once everything is on the server.
  const waiting = (kind) => acts.filter((a) => a.kind === kind && !a.wrong);
  const overlay = () => {
    const r = structuredClone(state.record);
    for (const a of acts) {
      if (a.wrong) continue;
      if (a.kind === "set" || a.kind === "settle") { if (a.value) r.fields[a.field] = a.value; else delete r.fields[a.field]; }
      if (a.kind === "photo") {
        r.photos.push([a.id, a.field, a.sha, a.taken]);
        if (a.field && !r.items.includes(a.field)) r.items.push(a.field);
      }
      if (a.kind === "drop") r.photos = r.photos.filter((p) => p[0] !== a.field);
    }
    r.photos.sort((a, b) => a[0] < b[0] ? -1 : 1);
    return r;
  };
  const canonical = (v) => {
    if (Array.isArray(v)) return "[" + v.map(canonical).join(",") + "]";
    if (v && typeof v === "object") return "{" + Object.keys(v).sort().map((k) => JSON.stringify(k) + ":" + canonical(v[k])).join(",") + "}";
    return JSON.stringify(v);
  };
  const digestOf = async (record) => crypto.subtle ? sha(new TextEncoder().encode(canonical(record))) : (acts.length ? "" : state.digest);

  // Showing.
  const inputs = () => all("[data-field]");
  const valueOf = (e) => e.type === "radio" ? (all(`[data-field="${e.dataset.field}"]`).find((r) => r.checked)?.value ?? "") : e.value.trim();
  const show = async () => {
    const record = overlay();
    for (const e of inputs()) {
      const value = record.fields[e.dataset.field] ?? "";
      if (e.type === "radio") e.checked = e.value === value;
      else if (e !== document.activeElement) e.value = value;
      const wrong = acts.find((a) => a.wrong && a.field === e.dataset.field && a.kind === "set");
      if (wrong) e.setAttribute("aria-invalid", "true"); else e.removeAttribute("aria-invalid");
    }
    let found = 0;
    const cards = all(".ind[data-item]").filter((c) => c.dataset.item);
    for (const card of cards) {
      const done = Boolean(record.fields[card.dataset.item + ".result"]);
      card.classList.toggle("done", done);
      if (done) found++;
      card.querySelector(".error")?.remove();
      const wrong = acts.filter((a) => a.wrong && (a.field || "").split(".")[0] === card.dataset.item);
      if (wrong.length) card.querySelector("header").after(make("p", wrong.map((a) => a.wrong).join(" "), { className: "error" }));
    }
    document.getElementById("found").textContent = `${say.found} ${found}/${cards.length}`;
    for (const e of all("[data-judged]")) {
      const known = state.judged[e.dataset.judged];
      const typed = acts.some((a) => a.kind === "set" && (a.field || "").startsWith(e.dataset.judged.split(".")[0] + ".") && a.field.endsWith("." + e.dataset.judged.split(".")[1]));
      e.className = "badge " + (known || "");
      e.textContent = known && known !== "none" && !typed ? say[known] : "";
    }
    photos(record);
    clashes();
    await signatures(record);
    const lacks = document.getElementById("lacks");
    if (lacks) lacks.replaceChildren(...state.lacks.map((text) => make("li", text)));
    const reports = document.getElementById("reports");
    if (reports) reports.textContent = state.reports + waiting("problem").length || "";
  };
  const photos = (record) => {
    for (const box of all("[data-photos]")) {
      box.replaceChildren(...record.photos.filter((p) => p[1] === box.dataset.photos).map(([name, , , taken]) => {
        const own = acts.find((a) => a.id === name), figure = make("figure", "", { className: own ? "waits" : "" });
        const picture = make("img", "", { alt: words(say.alt, { taken }), width: 96, height: 72 });
        if (own) {
          if (!drawn.has(name)) drawn.set(name, URL.createObjectURL(new Blob([own.body], { type: own.type })));
          picture.src = drawn.get(name);
          figure.append(picture);
        } else {
          picture.src = `${home}/photos/${name}?small=1`;
          const link = make("a", "", { href: `${home}/photos/${name}` });
          link.append(picture);
          figure.append(link);
        }
        figure.append(make("figcaption", taken));
        if (writes && !state.closed) {
          const drop = make("button", say.drop, { type: "button", className: "quiet", ariaLabel: `${say.drop} ${taken}` });
          drop.addEventListener("click", () => own ? forget(own) : add({ kind: "drop", field: name }));
          figure.append(drop);
        }
        return figure;
      }));
    }
  };
  const clashes = () => {
    const box = document.getElementById("clashes");
    box.replaceChildren(...state.clashes.filter((c) => !acts.some((a) => a.kind === "settle" && a.field === c.field)).map((c) => {
      const one = make("div", "", { className: "theirs" });
      one.setAttribute("role", "alert");
      const title = make("p", words(say.clash, { field: c.field }));
      one.append(title);
      for (const [by, value, at] of [[c.by, c.stored, c.at], [c.others, c.other, c.theirAt]]) {
        const b = make("button", words(say.take, { by: `${by} ${at}` }) + value, { type: "button", className: "quiet" });
        b.addEventListener("click", () => add({ kind: "settle", field: c.field, value }));
        one.append(b);
      }
      return one;
    }));
  };
  const signatures = async (record) => {
    const now = await digestOf(record);
    document.getElementById("digest").textContent = now || state.digest;
    for (const box of all(".signer")) {
      const mine = state.signed.filter((s) => s.member === box.dataset.member);
      const here = waiting("sign").filter((a) => a.member === box.dataset.member);
      const badge = (text, kind) => make("span", text, { className: "badge " + kind });
      const out = [...mine.filter((s) => !s.void), ...here].map((s) => s.digest !== now ? badge(say.void, "warn")
        : s.at ? badge(words(say.ok, { at: s.at }), "ok") : badge(say.device, "info"));
      if (!out.length && mine.length) out.push(badge(say.void, "warn"));
      const wrong = acts.find((a) => a.kind === "sign" && a.member === box.dataset.member && a.wrong);
      if (wrong) out.push(make("span", wrong.wrong, { className: "error" }));
      box.querySelector("[data-signed]").replaceChildren(...out.flatMap((b) => [b, " "]));
    }
  };

  const tell = (text, kind = "") => {
    if (told.textContent !== text) told.replaceChildren(text);
    told.className = kind;
  };
  const report = () => {
    const n = acts.length;
    if (state.closed) return tell(say.closed, "ok");
    if (n) return tell(words(say.waiting, { n }) + (store.lasting ? "" : " " + say.memory), "waits");
    if (writes) tell(say.saved + (kept ? " " + say.kept : ""), "ok");
  };

  // Acts.
  const busy = new Set();
  const add = async (act) => {
    const twin = act.kind === "set" && acts.find((a) => a.kind === "set" && a.field === act.field && !busy.has(a.id));
    if (twin) {
      Object.assign(twin, { value: act.value, on: clock(new Date()), wrong: "" });
      await store.put(twin);
    } else {
      const whole = { id: id(), of, n: ++count, on: clock(new Date()), ...act };
      if (act.kind === "set") whole.base = acts.filter((a) => a.kind === "set" && a.field === act.field).pop()?.value ?? state.record.fields[act.field] ?? "";
      if (act.kind === "sign") for (const a of acts.filter((x) => x.kind === "sign" && x.member === act.member && !busy.has(x.id))) await forget(a);
      acts.push(whole);
      await store.put(whole);
    }
    await show();
    report();
    run();
  };
  const forget = async (act) => {
    acts = acts.filter((a) => a.id !== act.id);
    await store.drop(act.id);
    if (drawn.has(act.id)) { URL.revokeObjectURL(drawn.get(act.id)); drawn.delete(act.id); }
    await show();
    report();
  };

  // Sending: one request at a time, again after 2, 5, 15 and 30 seconds.
  const waits = [2, 5, 15, 30];
  let sending = false, tries = 0, timer = 0, again = false;
  const ask = (path, options = {}) => fetch(home + path, { credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(60000), ...options });
  const isJSON = (answer) => (answer.headers.get("Content-Type") || "").startsWith("application/json");
  const take = async (next) => {
    state = next;
    token = next.csrf || token;
    await store.keep(of, state);
  };
  // The session may have ended, or begun anew: false where there is none of this account.
  const renew = async () => {
    const answer = await ask("/state");
    if (!answer.ok || !isJSON(answer)) return false;
    const next = await answer.json();
    if (next.who !== who) { tell(words(say.other, { who: next.who }), "bad"); return false; }
    await take(next);
    return true;
  };
  const body = (batch) => {
    if (batch[0].kind === "photo") {
      const p = batch[0], out = new FormData();
      out.set("csrf", token);
      for (const [name, value] of Object.entries({ id: p.id, item: p.field, taken: p.taken })) out.set(name, value);
      out.set("photo", new Blob([p.body], { type: p.type }), p.name);
      return ["/photos", out];
    }
    const plain = batch.map(({ of: _of, n: _n, wrong: _wrong, ...act }) => act);
    return ["/acts", new URLSearchParams({ csrf: token, acts: JSON.stringify(plain) })];
  };
  const post = (batch) => {
    const [path, content] = body(batch);
    return ask(path, { method: "POST", body: content });
  };
  const next = () => {
    const due = acts.filter((a) => !a.wrong);
    if (!due.length || due[0].kind === "photo") return due.slice(0, 1);
    const stop = due.findIndex((a) => a.kind === "photo"), most = 40;
    return due.slice(0, Math.min(stop < 0 ? due.length : stop, most));
  };
  const settle = async (batch, got) => {
    for (const r of got.results) {
      const act = batch.find((a) => a.id === r.id);
      if (!act) continue;
      if (r.state === "wrong") {
        act.wrong = r.text;
        await store.put(act);
      } else {
        acts = acts.filter((a) => a.id !== act.id);
        await store.drop(act.id);
      }
    }
    if (got.state) await take(got.state);
  };
  const later = () => {
    const s = waits[Math.min(tries++, waits.length - 1)];
    clearTimeout(timer);
    timer = setTimeout(run, s * 1000);
  };
  const run = async () => {
    if (sending) { again = true; return; }
    sending = true;
    again = false;
    clearTimeout(timer);
    try {
      for (let batch = next(); batch.length; batch = next()) {
        batch.forEach((a) => busy.add(a.id));
        tell(words(say.sending, { n: acts.length }), "waits");
        let answer = await post(batch);
        if (!isJSON(answer)) {
          if (answer.status >= 500) throw new Error(String(answer.status));
          if (!await renew()) { signedOut(); return; }
          answer = await post(batch);
          if (!isJSON(answer)) throw new Error(String(answer.status));
        }
        const got = await answer.json();
        tries = 0;
        await settle(batch, got);
        busy.clear();
        if (got.problem && !got.results.length) { await show(); tell(got.problem, "bad"); return; }
      }
      await show();
      report();
    } catch {
      again = false;
      await show();
      report();
      later();
    } finally {
      busy.clear();
      sending = false;
      if (again) run(); // something came while the last answer was read
    }
  };
  const signedOut = () => {
    tell(words(say.out, { n: acts.length }) + " ", "bad");
    told.append(make("a", say.login, { href: "/login?next=" + encodeURIComponent(home) }));
  };

  // What people do.
  for (const e of inputs()) e.addEventListener("change", () => {
    const value = valueOf(e);
    if (value !== (overlay().fields[e.dataset.field] ?? "")) add({ kind: "set", field: e.dataset.field, value });
  });
  form.addEventListener("submit", (e) => { e.preventDefault(); document.activeElement?.blur(); run(); });
  for (const e of all("[data-shoot]")) e.addEventListener("change", async () => {
    for (const file of [...e.files]) {
      const bytes = await file.arrayBuffer();
      await add({ kind: "photo", field: e.dataset.shoot, body: bytes, type: file.type, name: file.name, taken: clock(new Date(file.lastModified)), sha: await sha(bytes) });
    }
    e.value = "";
  });
  const report1 = document.getElementById("report");
  report1?.addEventListener("submit", async (e) => {
    e.preventDefault();
    const f = report1.elements;
    if (!f.problem.value.trim()) return;
    await add({ kind: "problem", field: f.about.value, value: f.problem.value.trim(), severity: f.severity.value, about: f.kind.value });
    report1.reset();
  });
  for (const box of all(".signer")) {
    const svg = box.querySelector(".pad svg");
    if (!svg) continue;
    const press = box.querySelector("[data-sign]");
    const pad = window.minyiPad(svg, (some) => { press.disabled = !some; });
    box.querySelector("[data-clear]").addEventListener("click", pad.clear);
    press.addEventListener("click", async () => {
      document.activeElement?.blur();
      const digest = await digestOf(overlay());
      if (!digest) return tell(say.insecure, "bad");
      await add({ kind: "sign", member: box.dataset.member, digest, path: pad.text() });
      pad.clear();
    });
  }
  document.getElementById("close")?.addEventListener("submit", (e) => {
    if (!acts.length) return;
    e.preventDefault();
    tell(words(say.unsent, { n: acts.length }), "bad");
    run();
  });
  const leave = all('form[action="/logout"]')[0];
  let warned = false;
  leave?.addEventListener("submit", (e) => {
    if (!acts.length || warned) return;
    e.preventDefault();
    warned = true;
    tell(words(say.unsent, { n: acts.length }), "bad");
    run();
  });
  addEventListener("online", () => { tries = 0; run(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && acts.length) run(); });

  // Keeping the page for use without a line.
  let kept = false;
  const workers = navigator.serviceWorker;
  workers?.addEventListener("message", (e) => { if (e.data?.kept === location.pathname) { kept = true; if (!acts.length) report(); document.body.dataset.kept = "yes"; } });
  workers?.register("/verify/worker.js", { scope: "/verify/" }).then(() => workers.ready).then((r) => r.active.postMessage({
    path: location.pathname, assets: all("link[href], script[src]").map((e) => e.getAttribute("href") || e.getAttribute("src")),
  })).catch(() => {});

  await store.keep(of, state);
  await show();
  report();
  if (acts.length) run();
  form.dataset.ready = "yes";
})();
