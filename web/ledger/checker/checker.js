// Checks a receipt against a proof and a checkpoint of the public log, in the browser
// alone: no request is sent. Formats: C2SP signed-note, tlog-checkpoint, tlog-proof,
// tlog-cosignature; trees and proofs: RFC 6962 and RFC 9162, 2.1.3.2.
(function () {
"use strict";

// SHA-256 (FIPS 180-4), so that the page works where the browser lends no
// cryptography: at an address without TLS.
var K = [], H0 = [];
(function () {
  function fraction(x) { return Math.floor((x - Math.floor(x)) * 4294967296) | 0; }
  for (var n = 2; K.length < 64; n++) {
    var prime = true;
    for (var d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    if (H0.length < 8) H0.push(fraction(Math.sqrt(n)));
    K.push(fraction(Math.cbrt(n)));
  }
})();
function sha256(bytes) {
  var length = bytes.length, padded = new Uint8Array(((length + 8 >> 6) + 1) * 64);
  padded.set(bytes);
  padded[length] = 0x80;
  var view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, length << 3);
  view.setUint32(padded.length - 8, Math.floor(length / 536870912));
  var h = H0.slice(), w = new Int32Array(64);
  function rot(x, n) { return x >>> n | x << 32 - n; }
  for (var at = 0; at < padded.length; at += 64) {
    for (var i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
    for (i = 16; i < 64; i++) {
      var a = w[i - 15], b = w[i - 2];
      w[i] = w[i - 16] + (rot(a, 7) ^ rot(a, 18) ^ a >>> 3) + w[i - 7] + (rot(b, 17) ^ rot(b, 19) ^ b >>> 10) | 0;
    }
    var s = h.slice();
    for (i = 0; i < 64; i++) {
      var t1 = s[7] + (rot(s[4], 6) ^ rot(s[4], 11) ^ rot(s[4], 25)) + (s[4] & s[5] ^ ~s[4] & s[6]) + K[i] + w[i] | 0;
      var t2 = (rot(s[0], 2) ^ rot(s[0], 13) ^ rot(s[0], 22)) + (s[0] & s[1] ^ s[0] & s[2] ^ s[1] & s[2]) | 0;
      s = [t1 + t2 | 0, s[0], s[1], s[2], s[3] + t1 | 0, s[4], s[5], s[6]];
    }
    for (i = 0; i < 8; i++) h[i] = h[i] + s[i] | 0;
  }
  var out = new Uint8Array(32);
  h.forEach(function (x, i) { new DataView(out.buffer).setInt32(4 * i, x); });
  return out;
}

function utf8(text) { return new TextEncoder().encode(text); }
function join() {
  var parts = Array.prototype.slice.call(arguments), n = 0;
  parts.forEach(function (p) { n += p.length; });
  var out = new Uint8Array(n);
  n = 0;
  parts.forEach(function (p) { out.set(p, n); n += p.length; });
  return out;
}
function same(a, b) {
  if (a.length !== b.length) return false;
  for (var i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
// base64 takes the one spelling of the bytes and no other.
function base64(text) {
  try {
    var raw = atob(text);
    if (btoa(raw) !== text) return null;
    return Uint8Array.from(raw, function (c) { return c.charCodeAt(0); });
  } catch (e) { return null; }
}
function hex(text) {
  if (!/^[0-9a-f]{64}$/.test(text)) return null;
  return Uint8Array.from(text.match(/../g), function (b) { return parseInt(b, 16); });
}
function leaf(data) { return sha256(join([0], data)); }
function node(a, b) { return sha256(join([1], a, b)); }

// rootOf climbs from a leaf to the root (RFC 9162, 2.1.3.2); null where the proof has
// not the length that the place asks for. Sizes are whole numbers below 2^53.
function rootOf(hash, index, size, proof) {
  var fn = index, sn = size - 1, r = hash;
  for (var i = 0; i < proof.length; i++) {
    if (sn === 0) return null;
    if (fn % 2 === 1 || fn === sn) {
      r = node(proof[i], r);
      while (fn % 2 === 0 && fn !== 0) { fn /= 2; sn = Math.floor(sn / 2); }
    } else r = node(r, proof[i]);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 ? r : null;
}

// note splits a signed note into its text and its signatures.
function note(text) {
  var at = text.lastIndexOf("\n\n");
  if (at < 0) return null;
  var lines = text.slice(at + 2).split("\n"), sigs = [];
  if (lines.pop() !== "" || lines.length === 0) return null;
  for (var i = 0; i < lines.length; i++) {
    var m = /^\u2014 (\S+) (\S+)$/.exec(lines[i]), raw = m && base64(m[2]);
    if (!raw || raw.length < 5) return null;
    sigs.push({name: m[1], hash: raw.slice(0, 4), bytes: raw.slice(4)});
  }
  return {text: text.slice(0, at + 1), sigs: sigs};
}
function receiptIn(text) {
  var n = note(text), l = n && n.text.split("\n");
  if (!l || l.length !== 7 || l[0] !== "minyi/promise/v1" || l[3].indexOf("commitment ") !== 0) return null;
  var c = hex(l[3].slice(11));
  return c && {origin: l[1], commitment: c, note: n};
}
function proofIn(text) {
  var at = text.indexOf("\n\n"), l = text.slice(0, at).split("\n");
  if (at < 0 || l.length < 2 || l.length > 64 || l[0] !== "c2sp.org/tlog-proof@v1" || !/^index (0|[1-9]\d{0,15})$/.test(l[1])) return null;
  var hashes = l.slice(2).map(base64), n = note(text.slice(at + 2)), b = n && n.text.split("\n");
  if (hashes.some(function (h) { return !h || h.length !== 32; }) || !b || b.length < 4 || !/^(0|[1-9]\d{0,15})$/.test(b[1])) return null;
  var root = base64(b[2]);
  if (!root || root.length !== 32) return null;
  return {index: Number(l[1].slice(6)), hashes: hashes, origin: b[0], size: Number(b[1]), root: root, note: n};
}
function keyIn(line) {
  var m = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(line.trim()), raw = m && base64(m[3]);
  if (!raw) return null;
  var sum = sha256(join(utf8(m[1] + "\n"), raw)).slice(0, 4);
  var said = m[2].match(/../g).map(function (b) { return parseInt(b, 16); });
  if (!same(sum, said)) return null;
  return {name: m[1], hash: sum, kind: raw[0], bytes: raw.slice(1)};
}

// verify says true, false, or null where the browser knows no Ed25519.
function verify(key, signature, message) {
  var subtle = window.crypto && window.crypto.subtle;
  if (!subtle) return Promise.resolve(null);
  return subtle.importKey("raw", key, {name: "Ed25519"}, false, ["verify"]).then(function (k) {
    return subtle.verify({name: "Ed25519"}, k, signature, message);
  }).catch(function () { return null; });
}
// signatures checks every signature of a note that one of the keys could have made:
// [{key, good}], of the kinds Ed25519 (1) and witness (4).
function signatures(n, keys) {
  var all = [];
  n.sigs.forEach(function (s) {
    keys.forEach(function (k) {
      if (k.name !== s.name || !same(k.hash, s.hash) || k.bytes.length !== 32) return;
      if (k.kind === 1 && s.bytes.length === 64) {
        all.push(verify(k.bytes, s.bytes, utf8(n.text)).then(function (good) { return {key: k, good: good}; }));
      }
      if (k.kind === 4 && s.bytes.length === 72) {
        var view = new DataView(s.bytes.buffer, s.bytes.byteOffset), time = view.getUint32(0) * 4294967296 + view.getUint32(4);
        var text = utf8("cosignature/v1\ntime " + time + "\n" + n.text);
        all.push(verify(k.bytes, s.bytes.slice(8), text).then(function (good) { return {key: k, good: good}; }));
      }
    });
  });
  return Promise.all(all);
}

function at(id) { return document.getElementById(id); }
function say(id) { return at("say-" + id).textContent; }

// lines mends what editors, mail and chat programs do to a text: the mark before it,
// ends of lines, spaces around lines, empty lines at both ends; what is signed has none.
function lines(text) {
  return text.replace(/^\ufeff/, "").split(/\r\n?|\n/).map(function (l) { return l.trim(); }).join("\n").replace(/^\n+|\n+$/g, "") + "\n";
}
// bareIn reads a commitment by itself, in groups, capitals or full-width characters.
function bareIn(text) {
  return hex(text.normalize("NFKC").toLowerCase().replace(/[\s\-]/g, ""));
}

// check returns the steps: [what, "ok" | "bad" | "open", more].
function check(receipt, proof, keys) {
  var r = receiptIn(receipt), bare = bareIn(receipt), p = proofIn(proof), steps = [];
  var c = r ? r.commitment : bare;
  steps.push(["receipt", c ? "ok" : "bad", ""]);
  steps.push(["proof", p ? "ok" : "bad", ""]);
  if (!c || !p) return Promise.resolve(steps);
  if (r) steps.push(["origin", r.origin === p.origin ? "ok" : "bad", p.origin]);
  var root = p.index < p.size ? rootOf(leaf(c), p.index, p.size, p.hashes) : null;
  steps.push(["inclusion", root && same(root, p.root) ? "ok" : "bad", (p.index + 1) + " / " + p.size]);
  var known = keys.split("\n").map(keyIn).filter(Boolean);
  return signatures(p.note, known).then(function (found) {
    signed(steps, "signed", found, p.origin);
    found.filter(function (f) { return f.key.kind === 4; }).forEach(function (f) {
      steps.push(["witness", f.good === null ? "open" : f.good ? "ok" : "bad", f.key.name]);
    });
    return r ? signatures(r.note, known) : null;
  }).then(function (found) {
    if (found) signed(steps, "promised", found, r.origin);
    return steps;
  });
}
function signed(steps, what, found, origin) {
  var own = found.filter(function (f) { return f.key.kind === 1 && f.key.name === origin; });
  if (own.length === 0) return steps.push([what, "open", say("nokey")]);
  own.forEach(function (f) {
    steps.push([what, f.good === null ? "open" : f.good ? "ok" : "bad", f.good === null ? say("nobrowser") : f.key.name]);
  });
}

function show(steps) {
  var list = at("steps"), worst = "right";
  list.textContent = "";
  steps.forEach(function (s) {
    var li = document.createElement("li"), b = document.createElement("b");
    li.className = s[1];
    b.textContent = say(s[1]);
    li.append(b, say(s[0]), s[2] ? " (" + s[2] + ")" : "");
    list.append(li);
    if (s[1] === "bad") worst = "wrong";
    if (s[1] === "open" && worst === "right") worst = "partly";
  });
  if (steps[0][1] === "bad" || steps[1][1] === "bad") worst = "unread";
  at("verdict").textContent = say(worst);
  at("result").dataset.verdict = worst;
  at("result").hidden = false;
}

var reading = Promise.resolve(); // of the chosen files: a check waits for it
["receipt", "proof"].forEach(function (name) {
  at(name + "-file").addEventListener("change", function () {
    var file = this.files[0];
    if (file) reading = reading.then(function () { return file.text(); }).then(function (text) { at(name).value = text; });
  });
});
at("checker").addEventListener("submit", function (e) {
  e.preventDefault();
  reading.then(function () {
    return check(lines(at("receipt").value), lines(at("proof").value), at("keys").value);
  }).then(show);
});
})();
