// Keys of the review: j and k move along the answers, x ticks, Enter opens; on one
// answer n and p go to its neighbours, e to the reason, u back to the list. Nothing
// of it is needed: every link and box can be reached without.
"use strict";
(() => {
  const rows = [...document.querySelectorAll("[data-row]")];
  let at = -1;
  const link = (row) => row.querySelector("th a");
  const move = (by) => {
    if (!rows.length) return;
    at = Math.min(rows.length - 1, Math.max(0, at + by));
    link(rows[at]).focus();
    rows[at].scrollIntoView({ block: "nearest" });
  };
  rows.forEach((row, i) => row.addEventListener("focusin", () => { at = i; }));
  const go = (selector) => {
    const to = document.querySelector(selector);
    if (to) to.click();
  };
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    x: () => { const box = at >= 0 && rows[at].querySelector("input[type=checkbox]"); if (box) box.checked = !box.checked; },
    n: () => go("main nav a[rel=next]"),
    p: () => go("main nav a[rel=prev]"),
    u: () => go("a[data-up]"),
    e: () => { const field = document.querySelector("[data-reason], #reason"); if (field) field.focus(); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches("input:not([type=checkbox]), select, textarea")) return;
    const key = keys[event.key];
    if (!key) return;
    event.preventDefault();
    key();
  });
})();
