(function () {
  'use strict';
  // Saves the editor's form without leaving the page, shows in the preview what is
  // typed and reloads it after each save, and keeps what was typed and not saved.
  // Every page works without it.
  var form = document.querySelector('form[data-edit]'), dirty = false, store = null, key = 'minyi-draft ' + location.pathname;
  if (!form) { return; }
  try { store = window.localStorage; store.getItem(key); } catch (e) { store = null; }

  function pairs() {
    return Array.from(new FormData(form)).filter(function (p) { return p[0] !== 'csrf' && p[0] !== 'version' && typeof p[1] === 'string'; });
  }
  function keep() {
    dirty = true;
    try { store.setItem(key, JSON.stringify(pairs())); } catch (e) {}
  }
  function forget() {
    dirty = false;
    try { store.removeItem(key); } catch (e) {}
  }
  function tell(text, kind) {
    var p = document.getElementById('told') || document.createElement('p');
    p.id = 'told';
    p.className = 'notice ' + kind;
    p.setAttribute('role', 'status');
    p.textContent = text;
    form.parentNode.insertBefore(p, form);
  }

  // What was typed here and never saved comes back, as long as its fields are there.
  function restore() {
    var kept, changed = false;
    try { kept = JSON.parse(store.getItem(key) || 'null'); } catch (e) { kept = null; }
    if (!kept) { return; }
    var now = new Map(pairs());
    kept.forEach(function (p) {
      var field = form.elements.namedItem(p[0]);
      if (!field || field.type === 'hidden' || now.get(p[0]) === p[1]) { return; }
      if (field.type === 'checkbox') { field.checked = true; } else { field.value = p[1]; }
      changed = true;
    });
    if (changed) { dirty = true; tell(form.dataset.lost, 'lost'); } else { forget(); }
  }

  function preview() {
    var frame = document.getElementById('preview');
    if (frame) { frame.contentWindow.location.replace(frame.src); }
  }

  // swap takes the editor out of the answer, so that the page stays where it is.
  function swap(text, address) {
    var page = new DOMParser().parseFromString(text, 'text/html');
    var fresh = page.getElementById('work'), old = document.getElementById('work');
    if (!fresh || !fresh.querySelector('form[data-edit]')) { return false; }
    var active = document.activeElement && document.activeElement.name, value = document.activeElement && document.activeElement.value;
    old.replaceWith(document.importNode(fresh, true));
    form = document.querySelector('form[data-edit]');
    watch();
    if (active) {
      Array.from(form.elements).some(function (e) {
        if (e.name === active && (e.tagName !== 'BUTTON' || e.value === value)) { e.focus(); return true; }
        return false;
      });
    }
    var path = new URL(address).pathname;
    if (path !== location.pathname) { history.replaceState(null, '', path); key = 'minyi-draft ' + path; }
    var frame = page.getElementById('preview'), mine = document.getElementById('preview');
    if (frame && mine && frame.getAttribute('src') !== mine.getAttribute('src')) { mine.src = frame.getAttribute('src'); } else { preview(); }
    return true;
  }

  function send(event) {
    var data = new URLSearchParams(new FormData(form)), button = event.submitter;
    if (button && button.name) { data.append(button.name, button.value); }
    event.preventDefault();
    keep();
    fetch(form.action, { method: 'POST', body: data, credentials: 'same-origin' }).then(function (answer) {
      return answer.text().then(function (text) {
        if (answer.ok) { forget(); }
        if (!swap(text, answer.url)) { plain(button); return; }
        if (answer.ok) { tell(form.dataset.saved, 'saved'); } else { keep(); window.scrollTo(0, 0); }
      });
    }).catch(function () { plain(button); });
  }
  // plain sends the form as the browser does it.
  function plain(button) {
    form.removeEventListener('submit', send);
    dirty = false;
    if (button) { form.requestSubmit(button); } else { form.requestSubmit(); }
  }
  // mirror shows in the preview the words that are being typed, before they are
  // saved: where those of the saved field stand, with what fills their {marks}.
  var seen = new WeakMap();
  function places(field, doc) {
    var old = seen.get(field);
    if (old && old.doc === doc) { return old.at; }
    var marks = [], at = [], node, found, words = field.defaultValue.trim();
    var like = words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\\\{(\w+)\\\}/g, function (all, name) { marks.push(name); return '(.*)'; });
    var walk = doc.createTreeWalker(doc.body, NodeFilter.SHOW_TEXT);
    while (words && (node = walk.nextNode())) {
      found = node.nodeValue.trim().match('^' + like + '$');
      if (found) { at.push({ node: node, fill: new Map(marks.map(function (name, i) { return [name, found[i + 1]]; })) }); }
    }
    seen.set(field, { doc: doc, at: at });
    return at;
  }
  function mirror(event) {
    var field = event.target, frame = document.getElementById('preview'), doc = frame && frame.contentDocument;
    if (!doc || !doc.body || !/^(textarea|text)$/.test(field.type)) { return; }
    places(field, doc).forEach(function (place) {
      place.node.nodeValue = field.value.replace(/\{(\w+)\}/g, function (all, name) { return place.fill.has(name) ? place.fill.get(name) : all; });
    });
  }
  function watch() {
    form.addEventListener('input', keep);
    form.addEventListener('input', mirror);
    form.addEventListener('submit', send);
  }
  watch();
  restore();
  window.addEventListener('beforeunload', function (event) {
    if (dirty) { event.preventDefault(); }
  });
  document.addEventListener('keydown', function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key === 's') {
      event.preventDefault();
      form.requestSubmit(form.querySelector('button'));
    }
  });
})();
