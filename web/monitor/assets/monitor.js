(function () {
  'use strict';
  // Keeps an open page up to date: the server says that something has changed, and the
  // page fetches itself and takes over what is live, keeping open what was opened and
  // the focus where it was. Without this the page has a link to look again.
  var live = document.querySelector('[data-live]');
  if (!live || !window.EventSource || !window.fetch) { return; }
  var link = document.querySelector('[data-link]'), again = document.querySelector('[data-again]');
  var busy = false, wanted = false, timer = 0, source;

  function say(state) {
    link.dataset.link = state;
    link.textContent = link.dataset[state === 'on' ? 'saidOn' : 'saidOff'];
    again.hidden = state === 'on';
  }

  function opened(box) {
    return Array.prototype.map.call(box.querySelectorAll('details[id][open]'), function (d) { return d.id; });
  }

  function take(html) {
    var fresh = new DOMParser().parseFromString(html, 'text/html').querySelector('[data-live]');
    if (!fresh) { throw new Error('signed out'); }
    var held = document.activeElement, id = live.contains(held) ? held.id : '';
    var keep = opened(live), scrolled = {};
    live.querySelectorAll('.scroll[id]').forEach(function (s) { scrolled[s.id] = [s.scrollLeft, s.scrollTop]; });
    live.replaceWith(fresh);
    live = fresh;
    keep.forEach(function (one) { var d = document.getElementById(one); if (d) { d.open = true; } });
    Object.keys(scrolled).forEach(function (one) {
      var s = document.getElementById(one);
      if (s) { s.scrollLeft = scrolled[one][0]; s.scrollTop = scrolled[one][1]; }
    });
    if (id && document.getElementById(id)) { document.getElementById(id).focus({ preventScroll: true }); }
  }

  function refresh() {
    if (busy || document.hidden) { wanted = true; return; }
    busy = true;
    wanted = false;
    fetch(location.href, { credentials: 'same-origin' }).then(function (r) {
      return r.ok && !r.redirected ? r.text() : Promise.reject(new Error(String(r.status)));
    }).then(take).catch(function () { source.close(); say('off'); }).then(function () {
      // Not more often than every two seconds, however fast the answers come.
      clearTimeout(timer);
      timer = setTimeout(function () { busy = false; if (wanted) { refresh(); } }, 2000);
    });
  }

  var address = live.dataset.live + '?seen=' + encodeURIComponent(live.dataset.seen || '-1');
  source = new EventSource(address);
  source.onopen = function () { say('on'); };
  source.onerror = function () { say('off'); };
  source.addEventListener('changed', refresh);
  source.addEventListener('over', function () { source.close(); say('off'); });
  document.addEventListener('visibilitychange', function () { if (!document.hidden && wanted) { refresh(); } });
  window.addEventListener('pagehide', function () { source.close(); });
}());
