(function () {
  'use strict';
  // Watches the background work that a page shows: a bar that moves, and the work's
  // own words in its place when it ends. Without this the page has a link to look again.
  function watch(box) {
    var home = '/agency/jobs/' + encodeURIComponent(box.dataset.work), lang = document.documentElement.lang;
    var source = new EventSource(home + '/events?lang=' + encodeURIComponent(lang));
    var bar = box.querySelector('progress'), track = box.querySelector('.track'), told = box.querySelector('[data-told]');
    var again = box.querySelector('[data-again]'), step = -1;
    if (again) { again.hidden = true; }
    source.addEventListener('progress', function (e) {
      var at = JSON.parse(e.data);
      if (!at.total) { return; }
      bar.value = at.percent;
      track.setAttribute('aria-valuenow', at.percent);
      track.setAttribute('aria-valuetext', at.text);
      // A screen reader is told each tenth, not each row.
      if (Math.floor(at.percent / 10) !== step) {
        step = Math.floor(at.percent / 10);
        told.textContent = at.text;
      }
    });
    source.addEventListener('state', function () {
      source.close();
      fetch(home + '/part?lang=' + encodeURIComponent(lang), { credentials: 'same-origin' }).then(function (r) {
        return r.ok ? r.text() : Promise.reject(new Error(String(r.status)));
      }).then(function (html) {
        var fresh = new DOMParser().parseFromString(html, 'text/html').querySelector('[data-work]');
        var held = box.contains(document.activeElement);
        box.replaceWith(fresh);
        if (held) { fresh.setAttribute('tabindex', '-1'); fresh.focus(); }
        if (fresh.querySelector('.track')) { watch(fresh); }
      }).catch(function () { if (again) { again.hidden = false; } });
    });
    source.onerror = function () { if (again) { again.hidden = false; } };
  }
  document.querySelectorAll('[data-work]').forEach(function (box) {
    if (box.querySelector('.track') && window.EventSource) { watch(box); }
  });
}());
