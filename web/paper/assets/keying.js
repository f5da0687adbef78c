// Enter goes on to the next field; what is typed is kept as a draft by itself.
(() => {
  "use strict";
  const form = document.getElementById("keying");
  if (!form) return;
  const fields = [...form.querySelectorAll("[data-key]")];
  const done = form.querySelector('button[value="done"]');
  const said = document.getElementById("kept");
  let sent = new URLSearchParams(new FormData(form)).toString(), timer = 0, ending = false;

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

  form.addEventListener("keydown", (e) => {
    const at = fields.indexOf(e.target);
    if (at < 0 || e.isComposing) return;
    if (e.key === "Enter" && !e.shiftKey) {
      e.preventDefault();
      const next = fields[at + 1] || done;
      next.focus();
      if (next.select) next.select();
    } else if (e.key === "ArrowUp" && at > 0 && e.target.tagName === "INPUT") {
      e.preventDefault();
      fields[at - 1].focus();
      fields[at - 1].select();
    }
  });
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 1500);
  });
  form.addEventListener("submit", () => { ending = true; clearTimeout(timer); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
  const wrong = form.querySelector(".wrong [data-key]");
  const first = wrong || fields.find((f) => !f.value) || fields[0];
  if (first) first.focus();
})();
