// What a careful eye finds wrong on a page: letters without contrast, targets that
// are too small, rows that are not a whole row, things that do not fit. Evaluated
// in the page; gives a list of sentences.
(() => {
  const found = [], wide = document.documentElement.clientWidth;
  const shown = e => !e.closest("[aria-hidden=true]") && e.getClientRects().length > 0 && getComputedStyle(e).visibility === "visible";
  const name = e => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + (e.name ? "[" + e.name + "=" + e.value.slice(0, 20) + "]" : "") + " “" + (e.textContent || "").trim().slice(0, 24) + "”";
  const parts = text => { const p = text.match(/[\d.]+/g).map(Number); return p.length < 4 ? [...p, 1] : p; };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = e => {
    for (let at = e; at; at = at.parentElement) {
      const colour = parts(getComputedStyle(at).backgroundColor);
      if (colour[3] === 1) return colour;
      if (colour[3] !== 0) found.push(name(at) + ": a ground that shows through cannot be judged");
    }
    return [255, 255, 255, 1];
  };
  const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const letters = e => {
    const got = contrast(parts(getComputedStyle(e).color), ground(e));
    if (got < 7) found.push(name(e) + ": contrast " + got.toFixed(2) + ", want 7");
    if (parseFloat(getComputedStyle(e).fontSize) < 18) found.push(name(e) + ": letters of " + getComputedStyle(e).fontSize);
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (walk.currentNode.data.trim() && shown(e) && !["SCRIPT", "STYLE"].includes(e.tagName)) letters(e);
  }
  const main = document.querySelector("main"), box = getComputedStyle(main);
  const inner = main.clientWidth - parseFloat(box.paddingLeft) - parseFloat(box.paddingRight);
  for (const e of document.querySelectorAll("a,button,input,select,textarea,summary,label")) {
    if (e.type === "hidden" || !shown(e) || e.htmlFor) continue;
    if (!["radio", "checkbox"].includes(e.type) && "value" in e && e.tagName !== "BUTTON") letters(e);
    const target = e.closest("label") || e, r = target.getBoundingClientRect();
    if (r.height < 43.5 || r.width < 43.5) found.push(name(target) + ": a target of " + r.width.toFixed(0) + " × " + r.height.toFixed(0));
    if (e.tagName === "LABEL" && (r.height < 59.5 || r.width < inner - 1)) found.push(name(e) + ": a row of " + r.width.toFixed(0) + " × " + r.height.toFixed(0) + " in " + inner);
    if (e.type === "radio" || e.type === "checkbox") {
      const side = contrast(parts(getComputedStyle(target).borderTopColor), ground(target));
      if (side < 3) found.push(name(target) + ": a border of " + side.toFixed(2));
    }
  }
  for (const e of document.querySelectorAll("a,button,summary,label")) {
    if (!shown(e) || e.closest("details:not([open])") && !e.closest("summary")) continue;
    e.scrollIntoView({block: "center", behavior: "instant"});
    const r = e.getClientRects()[0], hit = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
    if (!hit || !(e.contains(hit) || hit.contains(e) && hit.closest("label,a,button") === e.closest("label,a,button") && hit.matches("label,a,button")))
      found.push(name(e) + ": a tap on it meets " + (hit ? name(hit) : "nothing"));
  }
  for (const e of document.querySelectorAll("body *")) {
    const r = e.getBoundingClientRect();
    if (shown(e) && r.width && (r.right > wide + 0.5 || r.left < -0.5)) found.push(name(e) + ": from " + r.left.toFixed(0) + " to " + r.right.toFixed(0) + " on " + wide);
    if (shown(e) && e.scrollWidth > e.clientWidth + 1 && e.clientWidth && !["INPUT", "SELECT", "FORM", "MAIN", "BODY"].includes(e.tagName)) found.push(name(e) + ": what it holds is " + e.scrollWidth + " wide in " + e.clientWidth);
  }
  if (document.documentElement.scrollWidth > wide) found.push("people must scroll sideways: " + document.documentElement.scrollWidth + " on " + wide);
  return [...new Set(found)];
})()
