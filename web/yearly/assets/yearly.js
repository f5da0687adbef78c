// Saves a yearly report while it is written, keeps what is not saved on this machine
// through a bad line and a closed window, and counts. All words come from the page;
// every rule is the server's.
(() => {
  'use strict';
  const form = document.querySelector('form[data-report]'), told = document.querySelector('#saving');
  if (!form || !told) return;
  const areas = [...form.querySelectorAll('textarea')], count = document.querySelector('#count');
  let store = null;
  try { store = window.localStorage; store.getItem(''); } catch { store = null; }
  const key = `minyi report|${form.dataset.owner}|${location.pathname}`;
  let timer = 0, busy = false, again = false, tries = 0, sending = false;

  const say = (state) => {
    told.dataset.state = state;
    told.textContent = told.dataset[state];
  };
  const recount = () => { count.textContent = areas.reduce((n, a) => n + [...a.value.replace(/\s/g, '')].length, 0); };
  const keep = () => {
    try { store?.setItem(key, JSON.stringify(Object.fromEntries(areas.map((a) => [a.name, a.value])))); } catch { /* full or forbidden: it stays in the page */ }
  };
  const forget = () => { try { store?.removeItem(key); } catch { /* nothing was kept */ } };

  const save = async () => {
    if (busy) { again = true; return; }
    busy = true;
    again = false;
    say('saving');
    const body = new URLSearchParams(new FormData(form));
    body.set('do', 'auto');
    body.delete('reason');
    let answer = null;
    try {
      answer = await fetch(form.action, { method: 'POST', body, credentials: 'same-origin', headers: { 'X-Requested-With': 'fetch' } });
    } catch { answer = null; }
    busy = false;
    if (sending) return;
    if (!answer || answer.status >= 500) {
      say('waiting');
      timer = setTimeout(save, Math.min(30000, 1000 * 2 ** tries++));
      return;
    }
    tries = 0;
    const part = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-saved]');
    if (!part) { say('expired'); return; }
    if (answer.ok) {
      form.elements.seen.value = part.dataset.seen;
      forget();
      if (again) { save(); return; }
      say('saved');
      return;
    }
    told.dataset.state = 'refused';
    told.textContent = part.textContent;
  };
  const typed = () => {
    recount();
    keep();
    say('saving');
    clearTimeout(timer);
    timer = setTimeout(save, 800);
  };
  for (const a of areas) a.addEventListener('input', typed);
  form.addEventListener('submit', () => { sending = true; clearTimeout(timer); forget(); });

  // What was typed before the window closed and never reached the server.
  try {
    const kept = JSON.parse(store?.getItem(key) ?? 'null');
    if (kept && areas.some((a) => kept[a.name] !== undefined && kept[a.name] !== a.value)) {
      for (const a of areas) if (kept[a.name] !== undefined) a.value = kept[a.name];
      typed();
    }
  } catch { forget(); }
  recount();
})();
