(function () {
  'use strict';
  // Saves at each tap, keeps unsent answers on this phone, sends again when the
  // network fails, and reads questions aloud. Every page works without it.
  var d = document, w = window, f = d.getElementById('f'), store = null, pressed = '', busy = false;
  var path = w.location.pathname, escaped = encodeURIComponent, key = 'minyi ' + path.toUpperCase().replace(/\/$/, '');
  var waits = [1, 3, 9, 27], month = 30 * 864e5, saving = false, more = false;
  var words = /*words*/{}, told = null;
  try { store = w.localStorage; store.getItem(key); } catch (e) { store = null; }

  function id(name) { return d.getElementById(name); }

  // add makes an element with words, behind or before another.
  function add(tag, name, text, parent, before) {
    var e = d.createElement(tag);
    e.id = name;
    if (tag === 'button') { e.type = 'button'; }
    e.appendChild(d.createTextNode(text));
    parent.insertBefore(e, before || null);
    return e;
  }
  function forget() { try { store.removeItem(key); } catch (e) {} }
  if (d.body.getAttribute('data-sent')) { forget(); return; }
  if (!f) { return; }

  // pairs lists the fields that the browser would send, buttons left out.
  function pairs() {
    var out = [], i, e;
    for (i = 0; i < f.elements.length; i++) {
      e = f.elements[i];
      if (!e.name || e.disabled || e.tagName === 'BUTTON' || e.name === '_code') { continue; }
      if ((e.type === 'radio' || e.type === 'checkbox') && !e.checked) { continue; }
      out.push([e.name, e.value]);
    }
    return out;
  }

  function value(p, name) {
    var i;
    for (i = 0; i < p.length; i++) { if (p[i][0] === name) { return p[i][1]; } }
    return '';
  }

  function body(p, what) {
    var out = ['_do=' + what], i;
    for (i = 0; i < p.length; i++) { out.push(escaped(p[i][0]) + '=' + escaped(p[i][1])); }
    return out.join('&');
  }

  function ask(text, done) {
    var x = new XMLHttpRequest();
    x.open('POST', f.getAttribute('action'), true);
    x.timeout = 20000;
    x.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
    x.onload = x.onerror = x.ontimeout = function () { if (done) { done(x); } done = null; };
    x.send(text);
  }

  function keep() {
    var p = pairs(), i, given = false;
    for (i = 0; i < p.length; i++) { given = given || (p[i][1] !== '' && /^([^_]|_given)/.test(p[i][0])); }
    try { if (given) { store.setItem(key, JSON.stringify({at: +new Date(), pairs: p})); } } catch (e) {}
  }

  // save keeps the answers here and, without waiting, on the server.
  function save() {
    keep();
    if (saving) { more = true; return; }
    saving = true;
    ask(body(pairs(), 'save'), function (x) {
      var code = id('code');
      if (x.status === 204 && code && code.value) {
        add('p', 'code', code.value, f, code);
        f.removeChild(code);
      }
      saving = false;
      if (more) { more = false; save(); }
    });
  }

  function draft() {
    var v = null;
    try { v = JSON.parse(store.getItem(key)); } catch (e) {}
    return v && v.pairs && +new Date() - v.at < month ? v.pairs : null;
  }

  // resume posts the kept answers with their own ticket and shows the page at,
  // or the one where they were left.
  function resume(kept, at) {
    var form = d.createElement('form'), i;
    function hidden(name, text) {
      var e = d.createElement('input');
      e.type = 'hidden';
      e.name = name;
      e.value = text;
      form.appendChild(e);
    }
    form.method = 'post';
    form.action = f.getAttribute('action');
    for (i = 0; i < kept.length; i++) { hidden(kept[i][0], at && kept[i][0] === '_at' ? at : kept[i][1]); }
    hidden('_do', 'show');
    d.body.appendChild(form);
    form.submit();
  }

  function offer(kept) {
    var h = d.querySelector('h1'), box = add('div', 'draft', '', h.parentNode, h.nextSibling);
    box.className = 'n';
    add('p', 'left', words.draft, box);
    add('button', 'resume', words.resume, box).onclick = function () { resume(kept); };
    add('button', 'forget', words.forget, box).onclick = function () { forget(); h.parentNode.removeChild(box); };
  }

  function tell(what, seconds) {
    told.className = 'n';
    told.textContent = words[what].replace('{seconds}', seconds);
  }

  // send posts until a page comes back: each time the same form, with the same key.
  function send(text, round) {
    tell('busy');
    ask(text, function (x) {
      if (x.status && x.status < 502) {
        d.open();
        d.write(x.responseText);
        d.close();
        return;
      }
      if (round >= waits.length) { busy = false; tell('fail'); return; }
      tell('wait', waits[round]);
      w.setTimeout(function () { send(text, round + 1); }, waits[round] * 1000);
    });
  }

  function button(e) {
    while (e && e !== f && e.tagName !== 'BUTTON') { e = e.parentNode; }
    return e && e !== f ? e.value : '';
  }

  // aloud reads the questions from the first that can be seen, until tapped again.
  function aloud() {
    var say = w.speechSynthesis, all = d.querySelectorAll('fieldset'), tools = d.querySelector('.t'), i, on;
    if (!say || !w.SpeechSynthesisUtterance || !all.length || !tools) { return; }
    on = add('button', 'aloud', words.aloud, tools);
    function one(n) {
      var parts, u, j, text = [];
      if (n >= all.length) { return; }
      parts = all[n].querySelectorAll('legend,label');
      for (j = 0; j < parts.length; j++) { text.push(parts[j].textContent); }
      u = new w.SpeechSynthesisUtterance(text.join('。'));
      u.lang = d.documentElement.lang;
      u.rate = 0.8;
      u.onend = function () { if (on.reading) { one(n + 1); } };
      say.speak(u);
    }
    on.onclick = function () {
      on.reading = !on.reading && !say.speaking;
      say.cancel();
      for (i = 0; i < all.length && all[i].getBoundingClientRect().bottom < 60; i++) {}
      if (on.reading) { one(i); }
    };
  }

  if (value(pairs(), '_view') || value(pairs(), '_at') === 'send') {
    told = add('p', 'sending', '', f, f.querySelector('.g'));
    told.setAttribute('role', 'status');
  }
  f.addEventListener('change', save);
  f.addEventListener('input', keep);
  f.addEventListener('click', function (e) { pressed = button(e.target) || pressed; });
  f.addEventListener('submit', function (e) {
    keep();
    if (pressed !== 'send' && pressed !== '' || !told) { return; }
    e.preventDefault();
    if (busy) { return; }
    busy = true;
    send(body(pairs(), 'send'), 0);
  });

  // A page that a POST brought stands in the history under an address of its own,
  // so that the phone's back button asks for no resending: that address is opened
  // as a first page, and shows the answers kept here.
  (function () {
    var kept = draft(), back = /[?&]at=([^&]+)/.exec(w.location.search);
    if (d.body.getAttribute('data-fresh')) {
      if (back && kept) { resume(kept, decodeURIComponent(back[1])); } else if (kept) { offer(kept); }
      return;
    }
    keep();
    if (w.history.replaceState) { w.history.replaceState(null, '', path + '?at=' + escaped(value(pairs(), '_at') || 'all')); }
  }());
  w.addEventListener('pageshow', function (e) {
    var kept = draft();
    if (e.persisted && kept) { resume(kept, value(pairs(), '_at')); }
  });
  if (id('problems')) { id('problems').focus(); }
  aloud();
}());
