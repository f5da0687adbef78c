// Adds up marks and shares while they are typed. Sums are of integers: hundredths.
(function () {
  "use strict";
  function hundredths(text) {
    var t = text.trim().replace(/[０-９]/g, function (c) { return String.fromCharCode(c.charCodeAt(0) - 65248); }).replace(/．/g, ".").replace(/[％%]$/, "");
    var m = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(t);
    return m ? Number(m[1]) * 100 + Number(((m[2] || "") + "00").slice(0, 2)) : NaN;
  }
  function written(n) {
    if (isNaN(n)) { return "?"; }
    return Math.floor(n / 100) + "." + String(n % 100).padStart(2, "0");
  }
  function add(out) {
    var sum = 0;
    document.querySelectorAll('[data-in~="' + out.dataset.sum + '"]').forEach(function (i) { sum += hundredths(i.value); });
    out.textContent = written(sum);
    if (out.dataset.want) {
      var ok = written(sum) === out.dataset.want;
      out.classList.toggle("ok", ok);
      out.classList.toggle("bad", !ok);
    }
  }
  function all() { document.querySelectorAll("[data-sum]").forEach(add); }
  document.addEventListener("input", function (e) {
    (e.target.dataset && e.target.dataset.in || "").split(" ").forEach(function (name) {
      document.querySelectorAll('[data-sum="' + name + '"]').forEach(add);
    });
    if (e.target.form && e.target.form.dataset.guard !== undefined) { changed = true; }
  });
  var changed = false;
  document.addEventListener("submit", function () { changed = false; });
  window.addEventListener("beforeunload", function (e) { if (changed) { e.preventDefault(); } });
  all();
})();
