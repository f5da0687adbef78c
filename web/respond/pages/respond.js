(function () {
  'use strict';
  // Keeps unsent answers on this phone, and sends again when the network fails.
  // Every page works without it.
  var d = document, w = window, store = null, f = d.getElementById('f'), pressed = '', busy = false;
  var key = 'minyi ' + w.location.pathname.toUpperCase();
  var waits = [1, 3, 9, 27], month = 30 * 864e5;
  var words = /*words*/{};
  try { store = w.localStorage; store.getItem(key); } catch (e) { store = null; }

  function id(name) { return d.getElementById(name); }
  function forget() { if (store) { try { store.removeItem(key); } catch (e) {} } }
  if (d.body.getAttribute('data-sent')) { forget(); return; }
  if (!f) { return; }

  // pairs lists the fields that the browser would send, buttons left out.
  function pairs() {
    var out = [], i, e;
    for (i = 0; i < f.elements.length; i++) {
      e = f.elements[i];
      if (!e.name || e.disabled || e.tagName === 'BUTTON') { continue; }
      if ((e.type === 'radio' || e.type === 'checkbox') && !e.checked) { continue; }
      out.push([e.name, e.value]);
    }
    return out;
  }

  function save() {
    var p = pairs(), i, given = false;
    for (i = 0; i < p.length; i++) { given = given || (p[i][0].charAt(0) !== '_' && p[i][1] !== ''); }
    if (!store || !given) { return; }
    try { store.setItem(key, JSON.stringify({ at: new Date().getTime(), pairs: p })); } catch (e) {}
  }

  function draft() {
    var v = null;
    try { v = JSON.parse(store.getItem(key)); } catch (e) {}
    if (!v || !v.pairs || new Date().getTime() - v.at > month) { return null; }
    return v;
  }

  function hidden(form, name, value) {
    var e = d.createElement('input');
    e.type = 'hidden';
    e.name = name;
    e.value = value;
    form.appendChild(e);
  }

  // resume posts the kept answers with their own ticket and shows them.
  function resume(kept) {
    var form = d.createElement('form'), i;
    form.method = 'post';
    form.action = f.getAttribute('action');
    for (i = 0; i < kept.length; i++) { hidden(form, kept[i][0], kept[i][1]); }
    hidden(form, '_do', 'show');
    d.body.appendChild(form);
    form.submit();
  }

  function offer() {
    var box = id('draft'), kept = box && store ? draft() : null;
    if (!kept) { return; }
    box.hidden = false;
    id('resume').onclick = function () { resume(kept.pairs); };
    id('forget').onclick = function () { forget(); box.hidden = true; };
  }

  function tell(what, seconds) {
    var box = id('sending');
    box.hidden = false;
    box.textContent = words[what].replace('{seconds}', seconds);
  }

  function body() {
    var p = pairs(), out = [], i;
    p.push(['_do', 'send']);
    for (i = 0; i < p.length; i++) { out.push(encodeURIComponent(p[i][0]) + '=' + encodeURIComponent(p[i][1])); }
    return out.join('&');
  }

  function show(text) {
    d.open();
    d.write(text);
    d.close();
  }

  function post(text, round) {
    var x = new XMLHttpRequest(), over = false;
    function again() {
      if (over) { return; }
      over = true;
      if (round >= waits.length) { busy = false; tell('fail', ''); return; }
      tell('wait', waits[round]);
      w.setTimeout(function () { post(text, round + 1); }, waits[round] * 1000);
    }
    tell('busy', '');
    x.open('POST', f.getAttribute('action'), true);
    x.timeout = 20000;
    x.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
    x.onerror = again;
    x.ontimeout = again;
    x.onload = function () {
      if (x.status === 0 || x.status >= 502) { again(); return; }
      over = true;
      show(x.responseText);
    };
    x.send(text);
  }

  function button(e) {
    while (e && e !== f && e.tagName !== 'BUTTON') { e = e.parentNode; }
    return e && e.tagName === 'BUTTON' ? e.value : '';
  }

  f.addEventListener('change', save);
  f.addEventListener('click', function (e) { pressed = button(e.target) || pressed; });
  f.addEventListener('submit', function (e) {
    save();
    if (pressed !== 'send' && pressed !== '' || !id('sending')) { return; }
    e.preventDefault();
    if (busy) { return; }
    busy = true;
    post(body(), 0);
  });
  if (id('draft')) { offer(); } else { save(); }
  if (id('problems')) { id('problems').focus(); }
}());
