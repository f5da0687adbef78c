// A box to sign in with a finger or a pen: strokes as lines in a box of 600 by 200.
"use strict";
window.minyiPad = (svg, changed) => {
  const width = 600, height = 200;
  const path = svg.querySelector("path");
  let strokes = [], now = null;
  const text = () => strokes.map((s) => "M" + s.join(" L")).join(" ");
  const draw = () => path.setAttribute("d", text());
  const at = (e) => {
    const box = svg.getBoundingClientRect();
    const clip = (v, most) => Math.max(0, Math.min(most, Math.round(v)));
    return `${clip((e.clientX - box.left) * width / box.width, width)} ${clip((e.clientY - box.top) * height / box.height, height)}`;
  };
  svg.addEventListener("pointerdown", (e) => {
    if (e.button > 0) return;
    e.preventDefault();
    svg.setPointerCapture(e.pointerId);
    now = [at(e)];
    strokes.push(now);
    draw();
  });
  svg.addEventListener("pointermove", (e) => {
    if (!now) return;
    const point = at(e);
    if (point !== now[now.length - 1]) now.push(point);
    draw();
  });
  const end = () => {
    if (!now) return;
    if (now.length < 2) strokes.pop(); // a tap is no stroke
    now = null;
    draw();
    changed(text().length > 0);
  };
  svg.addEventListener("pointerup", end);
  svg.addEventListener("pointercancel", end);
  return {
    text,
    clear: () => { strokes = []; draw(); changed(false); },
  };
};
