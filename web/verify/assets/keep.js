// The device's own store of what is not on the server yet: acts in their order, with
// photographs, and the visit as the server last told it. A record belongs to one
// account and one visit. Without IndexedDB it lives in memory and the page says so.
"use strict";
window.minyiKeep = (() => {
  const name = "minyi-verify";
  const wait = (request) => new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const open = () => new Promise((done, fail) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("acts", { keyPath: "id" }).createIndex("of", "of");
      request.result.createObjectStore("states", { keyPath: "of" });
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const memory = () => {
    const acts = new Map(), states = new Map();
    return {
      lasting: false,
      list: async (of) => [...acts.values()].filter((a) => a.of === of).sort((a, b) => a.n - b.n),
      put: async (act) => { acts.set(act.id, act); },
      drop: async (id) => { acts.delete(id); },
      state: async (of) => states.get(of),
      keep: async (of, state) => { states.set(of, { of, state }); },
    };
  };
  return async () => {
    let db;
    try { db = await open(); } catch { return memory(); }
    const done = (tx) => new Promise((ok, fail) => {
      tx.oncomplete = () => ok();
      tx.onerror = tx.onabort = () => fail(tx.error);
    });
    const write = (store, act) => {
      const tx = db.transaction(store, "readwrite");
      act(tx.objectStore(store));
      return done(tx);
    };
    return {
      lasting: true,
      list: async (of) => (await wait(db.transaction("acts").objectStore("acts").index("of").getAll(of))).sort((a, b) => a.n - b.n),
      put: (act) => write("acts", (s) => s.put(act)),
      drop: (id) => write("acts", (s) => s.delete(id)),
      state: (of) => wait(db.transaction("states").objectStore("states").get(of)),
      keep: (of, state) => write("states", (s) => s.put({ of, state })),
    };
  };
})();
