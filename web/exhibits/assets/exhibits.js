// Many files at once over a line that may break: a queue on top of tus-js-client.
// What a reload interrupts goes on when the same file is chosen again.
(() => {
  const form = document.getElementById("upload");
  const queue = document.getElementById("queue");
  if (!form || !queue || !window.tus) return;
  const row = document.getElementById("upload-row");
  const total = document.getElementById("total");
  const list = document.getElementById("uploads");
  const drop = document.getElementById("drop");
  const waits = document.getElementById("pending");
  const token = form.querySelector("input[name=csrf]").value;
  const inputs = [...form.querySelectorAll("input[type=file]")];
  const all = [];
  const atOnce = 2, piece = 4 * 1024 * 1024;
  let pending = [], paused = false;

  document.documentElement.classList.add("scripted");
  drop.hidden = false;
  for (const input of inputs) input.required = false;

  const show = (u, state) => {
    u.state = state;
    for (const s of u.row.querySelectorAll("[data-state]")) s.hidden = s.dataset.state !== state;
    u.row.querySelector(".hold").hidden = state !== "sending" && state !== "line" && state !== "waiting";
    u.row.querySelector(".on").hidden = state !== "paused" && (state !== "failed" || u.refused === true);
    u.row.querySelector(".off").hidden = state === "done";
    sum();
  };

  const sum = () => {
    const size = all.reduce((n, u) => n + u.file.size, 0);
    const sent = all.reduce((n, u) => n + (u.state === "done" ? u.file.size : u.sent), 0);
    total.value = size ? Math.floor(100 * sent / size) : 0;
    document.getElementById("total-percent").textContent = `${total.value}%`;
    document.getElementById("total-files").textContent = `${all.filter((u) => u.state === "done").length} / ${all.length}`;
    list.hidden = all.length === 0;
    for (const id of ["hold-all", "go-all"]) document.getElementById(id).hidden = all.every((u) => u.state === "done" || u.state === "failed");
  };

  const progress = (u, sent) => {
    u.sent = sent;
    const percent = u.file.size ? Math.floor(100 * sent / u.file.size) : 0;
    u.row.querySelector("progress").value = percent;
    u.row.querySelector(".percent").textContent = `${percent}%`;
    sum();
  };

  // A line that is gone is tried again for a quarter of an hour, by itself.
  const delays = [0, 500, 1000, 2000, 3000, 5000].concat(Array(90).fill(10000));

  const start = async (u) => {
    show(u, "sending");
    u.row.querySelector(".why").textContent = "";
    if (!u.tus) {
      u.tus = new window.tus.Upload(u.file, {
        endpoint: form.dataset.uploads,
        chunkSize: piece,
        retryDelays: delays,
        removeFingerprintOnSuccess: true,
        headers: { "X-Csrf-Token": token },
        metadata: u.metadata,
        onShouldRetry: (error) => {
          const status = error.originalResponse ? error.originalResponse.getStatus() : 0;
          const again = status < 400 || status >= 500 || status === 409 || status === 423 || status === 460;
          if (again) show(u, "line");
          return again;
        },
        onProgress: (sent) => { if (u.state === "line") show(u, "sending"); progress(u, sent); },
        onSuccess: () => { progress(u, u.file.size); show(u, "done"); next(); },
        onError: (error) => {
          const body = error.originalResponse ? error.originalResponse.getBody() : "";
          const plain = error.originalResponse && /^text\/plain/.test(error.originalResponse.getHeader("Content-Type") || "");
          u.row.querySelector(".why").textContent = plain ? body : "";
          u.refused = Boolean(plain) && [413, 415, 422].includes(error.originalResponse.getStatus()); // going on cannot help
          u.tus = null;
          show(u, "failed");
          next();
        },
      });
      const before = await u.tus.findPreviousUploads();
      if (before.length) u.tus.resumeFromPreviousUpload(before[0]);
      if (u.state !== "sending") return;
    }
    u.tus.start();
  };

  const next = () => {
    if (!paused) {
      const running = all.filter((u) => u.state === "sending" || u.state === "line").length;
      all.filter((u) => u.state === "waiting").slice(0, Math.max(0, atOnce - running)).forEach(start);
    }
    document.getElementById("some").hidden = !all.some((u) => u.state === "done") || all.some((u) => u.state !== "done" && u.state !== "failed");
    if (all.length && all.every((u) => u.state === "done")) window.location.assign(form.dataset.done);
  };

  const hold = (u) => { if (u.tus) u.tus.abort(); show(u, "paused"); };

  const add = (file) => {
    const fields = new FormData(form);
    const u = { file, sent: 0, row: row.content.firstElementChild.cloneNode(true), metadata: { filename: file.name } };
    for (const name of ["indicator", "attachment", "dated"]) if (fields.get(name)) u.metadata[name] = fields.get(name);
    u.row.querySelector(".name").textContent = file.name;
    u.row.querySelector(".hold").addEventListener("click", () => { hold(u); next(); });
    u.row.querySelector(".on").addEventListener("click", () => { show(u, "waiting"); next(); });
    u.row.querySelector(".off").addEventListener("click", () => {
      if (u.tus) u.tus.abort(true).catch(() => {});
      all.splice(all.indexOf(u), 1);
      u.row.remove();
      sum();
      next();
    });
    all.push(u);
    queue.append(u.row);
    progress(u, 0);
    show(u, "waiting");
  };

  // Files start as soon as the form says what they prove.
  const take = (files) => {
    pending.push(...files);
    waits.hidden = pending.length === 0 || form.checkValidity();
    waits.textContent = waits.dataset.text.replace("#", pending.length);
    if (!form.reportValidity()) return;
    pending.forEach(add);
    pending = [];
    for (const input of inputs) input.value = "";
    next();
  };

  for (const input of inputs) input.addEventListener("change", () => take(input.files));
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    if (pending.length) take([]);
    else inputs[0].click();
  });
  for (const kind of ["dragenter", "dragover"]) document.addEventListener(kind, (e) => {
    if (!e.dataTransfer || ![...e.dataTransfer.types].includes("Files")) return;
    e.preventDefault();
    drop.classList.add("over");
  });
  document.addEventListener("dragleave", (e) => { if (!e.relatedTarget) drop.classList.remove("over"); });
  document.addEventListener("drop", (e) => {
    if (!e.dataTransfer || !e.dataTransfer.files.length) return;
    e.preventDefault();
    drop.classList.remove("over");
    take(e.dataTransfer.files);
  });
  document.getElementById("hold-all").addEventListener("click", () => {
    paused = true;
    all.filter((u) => u.state === "sending" || u.state === "line").forEach(hold);
  });
  document.getElementById("go-all").addEventListener("click", () => {
    paused = false;
    all.filter((u) => u.state === "paused").forEach((u) => show(u, "waiting"));
    next();
  });
  window.addEventListener("online", () => all.filter((u) => u.state === "failed" && !u.row.querySelector(".why").textContent).forEach(start));
  window.addEventListener("beforeunload", (e) => { if (all.some((u) => u.state === "sending" || u.state === "line")) e.preventDefault(); });
})();
