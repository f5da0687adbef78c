"use strict";
// Passkeys: the one thing of signing in that needs a script. It asks the service for a
// challenge, hands it to the device, and sends the answer as an ordinary form.
(function () {
  function bytes(text) {
    var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/")), out = new Uint8Array(raw.length), i;
    for (i = 0; i < raw.length; i += 1) { out[i] = raw.charCodeAt(i); }
    return out;
  }
  function text(buffer) {
    var raw = "", view = new Uint8Array(buffer), i;
    for (i = 0; i < view.length; i += 1) { raw += String.fromCharCode(view[i]); }
    return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function opened(options) {
    var key = options.publicKey;
    key.challenge = bytes(key.challenge);
    if (key.user) { key.user.id = bytes(key.user.id); }
    (key.excludeCredentials || []).concat(key.allowCredentials || []).forEach(function (one) { one.id = bytes(one.id); });
    return { publicKey: key };
  }
  function written(found) {
    var from = found.response, response = { clientDataJSON: text(from.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (from[name]) { response[name] = text(from[name]); }
    });
    if (from.getTransports) { response.transports = from.getTransports(); }
    return JSON.stringify({
      id: found.id, rawId: text(found.rawId), type: found.type, response: response,
      authenticatorAttachment: found.authenticatorAttachment || undefined, clientExtensionResults: {}
    });
  }
  function ready(form) {
    var button = form.querySelector("button"), told = form.querySelector("[data-told]");
    form.querySelectorAll("[data-plain]").forEach(function (one) { one.hidden = true; });
    if (!window.PublicKeyCredential) { told.textContent = form.dataset.none; return; }
    if (location.hostname !== form.dataset.host) { told.textContent = form.dataset.elsewhere; return; }
    form.querySelectorAll("[data-live]").forEach(function (one) { one.hidden = false; });
    form.addEventListener("submit", function (event) {
      if (form.elements.credential.value) { return; }
      event.preventDefault();
      button.disabled = true;
      told.textContent = form.dataset.wait;
      fetch(form.dataset.begin, { method: "POST", headers: { "X-Csrf-Token": form.elements.csrf.value }, credentials: "same-origin" })
        .then(function (answer) { if (!answer.ok) { throw new Error(String(answer.status)); } return answer.json(); })
        .then(function (options) {
          var asked = opened(options);
          return form.dataset.passkey === "add" ? navigator.credentials.create(asked) : navigator.credentials.get(asked);
        })
        .then(function (found) { form.elements.credential.value = written(found); form.submit(); })
        .catch(function () { told.textContent = form.dataset.failed; button.disabled = false; button.focus(); });
    });
  }
  document.querySelectorAll("form[data-passkey]").forEach(ready);
}());
