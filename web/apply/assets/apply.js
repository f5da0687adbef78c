// Saves a block of the form at each change, keeps what is not saved on this machine
// through a bad line, a reload and a closed window, counts and compares while one
// types. All words come from the page; every rule is the server's.
(() => {
  'use strict';
  const $ = (css, from = document) => from.querySelector(css), all = (css, from = document) => [...from.querySelectorAll(css)];

  // The clock: how long the window is still open, by the server's own time.
  const clock = $('[data-now]');
  if (clock) {
    const began = performance.now(), now = Number(clock.dataset.now), end = Number(clock.dataset.end);
    const tick = () => {
      const left = Math.max(0, end - now - (performance.now() - began)), minutes = Math.floor(left / 60000), hours = Math.floor(minutes / 60);
      const text = hours >= 24 ? clock.dataset.days.replace('#d', Math.floor(hours / 24)).replace('#h', hours % 24)
        : clock.dataset.hours.replace('#h', hours).replace('#m', minutes % 60);
      const out = $('[data-left]', clock);
      if (out.textContent !== text) out.textContent = text;
      if (left > 0) setTimeout(tick, Math.min(left, 20000)); else send();
    };
    setTimeout(tick, 1000);
  }

  // The count of the report, by the rule that the page states.
  const count = $('#count');
  const length = (text) => {
    let n = 0;
    for (const c of text) {
      if (/[\s\p{Cc}\p{Cf}\u0085]/u.test(c) || (count.dataset.punctuation !== 'true' && /\p{P}/u.test(c))) continue;
      n++;
    }
    return n;
  };
  const recount = () => {
    if (!count) return;
    let sum = 0;
    for (const area of all('#report-form textarea')) {
      const n = length(area.value);
      $('[data-length]', area.closest('[data-block]')).textContent = n;
      sum += n;
    }
    const over = $('#over'), more = sum - Number(count.dataset.most);
    count.textContent = sum;
    over.hidden = more <= 0;
    over.textContent = over.dataset.text.replace('#', more);
  };

  const desk = $('[data-desk]'), form = $('form[data-form]'), told = $('#saving');
  let store = null;
  try { store = window.localStorage; store.getItem(''); } catch { store = null; }
  const prefix = desk ? `minyi desk|${desk.dataset.owner}|${desk.dataset.home}|` : '';
  const jobs = new Map(); // key → {action, part, seen, sent, next, held}
  let busy = false, tries = 0, timer = 0, shut = false, leaving = false;

  const say = (state, value = '') => {
    if (!told) return;
    const text = told.dataset[state].replace('#', value);
    if (told.textContent !== text) told.textContent = text;
    told.dataset.state = state;
    if (state !== 'idle') desk.hidden = false;
    $('#again').hidden = state !== 'expired';
  };
  const waiting = () => [...jobs.values()].filter((j) => !j.held).length;
  const held = () => [...jobs.values()].filter((j) => j.held).length;
  const keep = (key) => {
    const job = jobs.get(key);
    try { if (job) store?.setItem(prefix + key, JSON.stringify(job)); else store?.removeItem(prefix + key); } catch { /* full or forbidden: it stays in the page */ }
  };
  const blockOf = (job) => form && form.action === job.action ? $(`[data-block="${CSS.escape(job.part)}"]`, form) : null;
  const typed = (block) => all('input, select, textarea', block)
    .filter((f) => f.name && !f.disabled && !f.name.startsWith('was-') && (!/^(radio|checkbox)$/.test(f.type) || f.checked)).map((f) => [f.name, f.value]);
  const put = (block, pairs) => {
    // Figures typed beside other limits than this page has stay with those: the server sorts them.
    const limits = $('input[name^="limits-"]', block);
    const moved = limits && pairs.some(([name, value]) => name === limits.name && value !== limits.value);
    for (const f of all('input, select, textarea', block)) {
      if (!f.name || f.type === 'hidden' || moved && f.closest('.entry')) continue;
      const mine = pairs.filter(([name]) => name === f.name);
      if (f.type === 'radio' || f.type === 'checkbox') f.checked = mine.some(([, value]) => value === f.value);
      else f.value = mine.length ? mine[0][1] : '';
    }
    for (const d of all('details', block)) if (all('input, textarea', d).some((f) => f.value)) d.open = true;
  };

  // changed puts a block into the queue as it stands now.
  const changed = (block, soon) => {
    const key = new URL(form.action).pathname + '#' + block.dataset.block, old = jobs.get(key);
    const job = { action: form.action, part: block.dataset.block, seen: old ? old.seen : Number(block.dataset.seen), sent: old && !old.held ? old.sent : null, next: typed(block), held: false };
    jobs.set(key, job);
    keep(key);
    if (shut) { showKept(); return; }
    say('saving');
    clearTimeout(timer);
    timer = setTimeout(send, soon ? 0 : 700);
  };

  const drop = (key) => { jobs.delete(key); keep(key); };

  // replace brings what the answer says into the page.
  const replace = (answer, block) => {
    for (const css of ['#tally', '#levels', '#preview']) {
      const fresh = $(css, answer), old = $(css);
      if (fresh && old) {
        const current = $('[aria-current]', old)?.getAttribute('href');
        old.replaceWith(fresh);
        if (current) $(`a[href="${CSS.escape(current)}"]`, fresh)?.setAttribute('aria-current', 'page');
      }
    }
    for (const n of all('[data-counts] [data-count]', answer)) {
      const old = $(`.filters [data-count="${n.dataset.count}"]`);
      if (old) old.textContent = n.textContent;
    }
    if (!block) return;
    for (const said of all('[data-said]', answer)) {
      const old = $(`[data-said="${CSS.escape(said.dataset.said)}"]`, block);
      if (old) { old.replaceWith(said); ready(said); said.parentElement.classList.toggle('wrong', Boolean($('.error', said)) && said.parentElement.classList.contains('field')); }
    }
    for (const was of all('input[name^="was-"]', answer)) {
      const old = $(`input[name="${CSS.escape(was.name)}"]`, block);
      if (old) old.value = was.value;
    }
  };

  // ready shows the buttons that only a script can serve.
  const ready = (where) => {
    for (const c of all('.choices, [data-offer]', where)) c.hidden = false;
    for (const p of all('[data-plain]', where)) p.hidden = true;
  };

  const later = () => {
    const waits = [2, 4, 8, 15, 30];
    say('waiting', waiting());
    clearTimeout(timer);
    timer = setTimeout(send, 1000 * waits[Math.min(tries++, waits.length - 1)]);
  };

  // token brings a fresh form token after a new sign-in in another tab.
  const token = async () => {
    try {
      const r = await fetch(location.href, { credentials: 'same-origin' });
      const fresh = $('input[name=csrf]', new DOMParser().parseFromString(await r.text(), 'text/html').querySelector('main') || document.createElement('p'));
      if (!r.ok || !fresh || r.redirected && new URL(r.url).pathname !== location.pathname) return false;
      for (const f of all('input[name=csrf]')) f.value = fresh.value;
      return true;
    } catch { return false; }
  };

  const showKept = () => {
    const box = $('#kept'), text = [...jobs.values()].map((j) => (j.next || j.sent || []).filter(([, v]) => v).map(([n, v]) => `${labelOf(n)}：${v}`).join('\n')).join('\n\n');
    if (!box || !text) return;
    $('#kept-text').value = text;
    if (box.hidden) { box.hidden = false; box.focus(); }
  };
  const labelOf = (name) => {
    const f = form && form.elements[name], one = f && (f.labels || f[0]?.labels)?.[0], number = name.match(/^[a-z]+-(\w+)/);
    return (number ? number[1] + ' ' : '') + ((f && f.labels && one ? one.textContent : '') || name).trim().replace(/\s+/g, ' ');
  };

  // closed locks the page: nothing more is taken, and nothing typed is lost.
  const closed = (why) => {
    shut = true;
    for (const f of all('input, textarea', form || document.createElement('form'))) f.readOnly = true;
    for (const b of all('form[data-form] .actions button')) b.disabled = true;
    const words = [...all('p', why)].map((p) => p.textContent).join(' ');
    if (told) { told.textContent = words; told.dataset.state = 'held'; }
    showKept();
  };

  async function send() {
    clearTimeout(timer);
    if (busy || shut) return;
    const found = [...jobs].find(([, j]) => !j.held);
    if (!found) { if (held()) say('held', held()); return; }
    const [key, job] = found;
    if (!job.sent) { job.sent = job.next; job.next = null; keep(key); }
    busy = true;
    say('saving');
    let answer = null, status = 0;
    try {
      const body = new URLSearchParams([['csrf', $('input[name=csrf]').value], ['seen', job.seen], ['part', job.part], ...job.sent.filter(([name]) => !['csrf', 'seen', 'part'].includes(name))]);
      const r = await fetch(job.action, { method: 'POST', body, credentials: 'same-origin', signal: AbortSignal.timeout(30000) });
      status = r.status;
      answer = $('[data-answer]', new DOMParser().parseFromString(await r.text(), 'text/html'));
    } catch { status = 0; }
    busy = false;
    if (status === 0 || status >= 500 || status === 429) { later(); return; }
    if (!answer) { await lost(key); return; }
    tries = 0;
    settle(key, answer);
  }

  // lost is an answer without our part: the session is over, or the page is older
  // than the server.
  async function lost(key) {
    if (tries < 1 && await token()) { tries++; send(); return; }
    const job = jobs.get(key);
    tries = 0;
    say('expired');
    if (!job) return;
    clearTimeout(timer);
    timer = setTimeout(async () => { if (await token()) send(); else lost(key); }, 5000);
  }

  function settle(key, answer) {
    const job = jobs.get(key) || {}, block = blockOf(job), seen = Number(answer.dataset.seen);
    const fresh = jobs.get(key)?.next;
    switch (answer.dataset.state) {
      case 'saved':
        job.seen = seen;
        if (block) block.dataset.seen = seen;
        job.sent = null;
        if (fresh) keep(key); else drop(key);
        break;
      case 'conflict':
        // The count that was seen stays: only a choice of the person's goes over it.
        Object.assign(job, { held: true, clash: seen, next: fresh || job.sent, sent: null });
        keep(key);
        break;
      case 'refused':
        Object.assign(job, fresh ? { sent: null } : { held: true, next: job.sent, sent: null });
        keep(key);
        break;
      default:
        Object.assign(job, { held: true, next: fresh || job.sent, sent: null });
        keep(key);
        closed($('[data-closing]', answer) || answer);
        return;
    }
    replace(answer, block);
    if (!form && !jobs.size) { location.reload(); return; } // the page tells of what is saved by now
    if (waiting()) { send(); return; }
    if (leaving) { form.submit(); return; } // all that was typed is saved, or the page will say what is not
    if (held()) say('held', held()); else say('saved', answer.dataset.at);
  }

  // adopt takes over what an earlier page on this machine could not save.
  const adopt = () => {
    let restored = 0;
    for (let i = 0; store && i < store.length; i++) {
      const name = store.key(i);
      if (!name.startsWith(prefix)) continue;
      try {
        const job = JSON.parse(store.getItem(name)), block = blockOf(job), pairs = job.next || job.sent;
        if (new URL(job.action).origin !== location.origin) continue;
        job.held = shut;
        jobs.set(name.slice(prefix.length), job);
        if (!shut && block && pairs) { put(block, pairs); restored++; }
      } catch { /* not ours */ }
    }
    if (shut) { showKept(); return; }
    if (restored) say('restored', restored);
    if (jobs.size) timer = setTimeout(send, 300);
  };

  const take = (block, side) => {
    const box = $('[data-theirs]', block);
    if (side === 'theirs') {
      const pairs = all('[data-field]', box).map((f) => [f.dataset.field, f.textContent]);
      const now = typed(block).filter(([name]) => !pairs.some(([other]) => other === name));
      put(block, [...now, ...pairs]);
      recount();
    }
    box.remove();
    const job = jobs.get(new URL(form.action).pathname + '#' + block.dataset.block);
    if (job && job.clash) job.seen = job.clash;
    changed(block, true);
  };

  if (form && desk) {
    form.addEventListener('input', (e) => { recount(); const b = e.target.closest('[data-block]'); if (b) changed(b, /^(radio|checkbox|date|datetime-local|select-one)$/.test(e.target.type)); });
    form.addEventListener('focusout', (e) => { if (waiting() && e.target.closest('[data-block]')) send(); });
    form.addEventListener('click', (e) => {
      const block = e.target.closest('[data-block]');
      if (e.target.dataset.take) take(e.target.closest('[data-theirs]').closest('[data-block]'), e.target.dataset.take);
      if ('offer' in e.target.dataset && block) {
        $('input[value=na]', block).checked = true;
        const reason = $('[data-nothing]', block);
        if (!reason.value) reason.value = reason.dataset.nothing;
        changed(block, true);
      }
    });
    ready(form);
  }
  if (desk) {
    // Nothing is declared or filed while something is not saved.
    document.addEventListener('submit', (e) => {
      const own = e.target === form, final = /\/(file|declaration)$/.test(e.target.action);
      if (shut || !(own || final) || !(own ? waiting() : jobs.size)) return;
      e.preventDefault();
      if (!waiting()) { say('held', held()); return; }
      leaving = own;
      say('saving');
      send();
    });
    shut = 'shut' in desk.dataset;
    if (!shut) say('idle');
    adopt();
    $('#kept-drop').addEventListener('click', () => { for (const key of [...jobs.keys()]) drop(key); $('#kept').hidden = true; });
    window.addEventListener('online', () => { tries = 0; send(); });
    $('#kept-copy')?.addEventListener('click', async (e) => {
      const area = $('#kept-text');
      area.select();
      try { await navigator.clipboard.writeText(area.value); } catch { document.execCommand('copy'); }
      e.target.textContent = e.target.dataset.done;
    });
  }
  recount();

  // The keyboard: J and K or the arrows go from indicator to indicator, 1 to 3 give
  // the verdict.
  const claims = all('.claim');
  document.addEventListener('keydown', (e) => {
    if (!claims.length || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || /^(textarea|select)$/i.test(e.target.tagName)) return;
    const radio = e.target.type === 'radio', at = claims.findIndex((c) => c.contains(document.activeElement));
    if (e.target.tagName === 'INPUT' && !radio && e.target.type !== 'checkbox') return;
    const step = { j: 1, k: -1, ArrowDown: radio ? 0 : 1, ArrowUp: radio ? 0 : -1 }[e.key.length === 1 ? e.key.toLowerCase() : e.key];
    if (step) {
      const to = claims[at < 0 ? 0 : Math.min(Math.max(at + step, 0), claims.length - 1)];
      to.focus();
      to.scrollIntoView({ block: 'nearest' });
      e.preventDefault();
    } else if (at >= 0 && /^[123]$/.test(e.key)) {
      const one = $(`input[value="${['met', 'unmet', 'na'][e.key - 1]}"]`, claims[at]);
      if (one && !one.disabled) { one.checked = true; changed(claims[at], true); e.preventDefault(); }
    }
  });
})();
