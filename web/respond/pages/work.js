(function () {
  'use strict';
  // Does the work that a poster under attack asks for, in short turns so that the
  // page stays alive, and then presses the button. FIPS 180-4 SHA-256, one block.
  var d = document, w = window, field = d.getElementById('work'), f = d.getElementById('f');
  var seed, bits, parts, found = [], n = 0, k = [], start = [], block = [], m = [];
  if (!field || !f || !f.querySelector('.g')) { return; }
  seed = field.getAttribute('data-seed');
  bits = +field.getAttribute('data-bits');
  parts = +field.getAttribute('data-parts');

  // The constants are the first 32 bits of the fractional parts of the square and
  // cube roots of the first primes.
  (function () {
    var p = 2, q, prime;
    function part(x) { return ((x - Math.floor(x)) * 4294967296) | 0; }
    for (; k.length < 64; p++) {
      prime = true;
      for (q = 2; q * q <= p; q++) { if (p % q === 0) { prime = false; break; } }
      if (!prime) { continue; }
      if (start.length < 8) { start.push(part(Math.pow(p, 1 / 2))); }
      k.push(part(Math.pow(p, 1 / 3)));
    }
  }());

  function turn(x, by) { return (x >>> by) | (x << (32 - by)); }

  // first returns the first 32 bits of the hash of a text of at most 55 letters.
  function first(text) {
    var i, s0, s1, t1, t2, a, b, c, e, g, h, x, y;
    for (i = 0; i < 16; i++) { block[i] = 0; }
    for (i = 0; i < text.length; i++) { block[i >> 2] |= text.charCodeAt(i) << (24 - i % 4 * 8); }
    block[i >> 2] |= 0x80 << (24 - i % 4 * 8);
    block[15] = text.length * 8;
    for (i = 0; i < 64; i++) {
      if (i < 16) { m[i] = block[i]; continue; }
      s0 = m[i - 15];
      s1 = m[i - 2];
      s0 = turn(s0, 7) ^ turn(s0, 18) ^ (s0 >>> 3);
      s1 = turn(s1, 17) ^ turn(s1, 19) ^ (s1 >>> 10);
      m[i] = (m[i - 16] + s0 + m[i - 7] + s1) | 0;
    }
    a = start[0]; b = start[1]; c = start[2]; e = start[3];
    g = start[4]; h = start[5]; x = start[6]; y = start[7];
    for (i = 0; i < 64; i++) {
      t1 = (y + (turn(g, 6) ^ turn(g, 11) ^ turn(g, 25)) + ((g & h) ^ (~g & x)) + k[i] + m[i]) | 0;
      t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      y = x; x = h; h = g; g = (e + t1) | 0;
      e = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    return (a + start[0]) | 0;
  }

  function go() {
    var until = +new Date() + 25;
    while (found.length < parts) {
      if (first(seed + '.' + found.length + '.' + n) >>> (32 - bits) === 0) {
        found.push(n);
        n = 0;
        continue;
      }
      n++;
      if (n % 50 === 0 && +new Date() > until) { w.setTimeout(go, 5); return; }
    }
    field.value = found.join('.');
    f.querySelector('.g').click();
  }
  w.setTimeout(go, 50);
}());
