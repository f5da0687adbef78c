// Enter goes on to the next field and never sends the form; what is typed is kept
// as a draft by itself.
(() => {
  "use strict";
  const form = document.getElementById("keying");
  if (!form) return;
  const fields = [...form.querySelectorAll("[data-key]")];
  const done = form.querySelector('button[value="done"]');
  const said = document.getElementById("kept");
  let sent = new URLSearchParams(new FormData(form)).toString(), timer = 0, ending = false, held = false;

  const keep = async () => {
    clearTimeout(timer);
    const body = new URLSearchParams(new FormData(form));
    const text = body.toString();
    if (text === sent || ending) return;
    body.set("do", "keep");
    try {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      sent = text;
      said.textContent = said.dataset.kept;
    } catch {
      said.textContent = said.dataset.unkept;
    }
  };

  const go = (to) => {
    to.focus();
    if (to.select) to.select();
  };

  form.addEventListener("keydown", (e) => {
    if (e.isComposing) return;
    const at = fields.indexOf(e.target);
    if (e.key === "Enter" && e.repeat) {
      e.preventDefault(); // a key held down goes one field on, and presses no button
    } else if (e.key === "Enter" && at >= 0 && !e.shiftKey) {
      e.preventDefault();
      held = true;
      go(fields[at + 1] || done);
    } else if (e.key === "ArrowUp" && at > 0 && e.target.tagName === "INPUT") {
      e.preventDefault();
      go(fields[at - 1]);
    }
  });
  // The character of the key that moved the focus belongs to the field before.
  form.addEventListener("keypress", (e) => {
    if (e.key === "Enter" && held) e.preventDefault();
  });
  document.addEventListener("keyup", (e) => { if (e.key === "Enter") held = false; });
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 1500);
  });
  form.addEventListener("submit", (e) => {
    if (e.submitter && e.submitter.hasAttribute("data-implied")) {
      e.preventDefault(); // nobody pressed it: a field sent the form by itself
      keep();
      return;
    }
    ending = true;
    clearTimeout(timer);
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
  const wrong = form.querySelector(".wrong [data-key]");
  const first = wrong || fields.find((f) => !f.value) || fields[0];
  if (first) first.focus();
})();
