// Counts while one types, by the server's own rules; the server decides.
(() => {
  const count = document.getElementById("count");
  if (count) {
    const punctuation = count.dataset.punctuation === "true";
    const areas = document.querySelectorAll("#report-form textarea");
    const length = (text) => {
      let n = 0;
      for (const c of text) {
        if (/[\s\p{Cc}\p{Cf}\u0085]/u.test(c) || (!punctuation && /\p{P}/u.test(c))) continue;
        n++;
      }
      return n;
    };
    const show = () => { count.textContent = [...areas].reduce((sum, a) => sum + length(a.value), 0); };
    areas.forEach((a) => a.addEventListener("input", show));
  }
  const live = document.getElementById("live");
  const self = document.getElementById("self");
  if (live && self) {
    const total = (verdict) => self.querySelectorAll(`input[value="${verdict}"]:checked`).length;
    const met = Number(live.dataset.met) - total("met");
    const applicable = Number(live.dataset.applicable) + total("na");
    self.addEventListener("change", () => {
      const now = applicable - total("na");
      live.textContent = `${met + total("met")} / ${now}`;
      document.getElementById("needed").textContent = Math.ceil(Number(live.dataset.num) * now / Number(live.dataset.den));
    });
  }
})();
