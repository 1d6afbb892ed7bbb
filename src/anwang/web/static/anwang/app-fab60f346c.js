// Starts the parts. Every page works without this file; it makes pages faster to use.
import { startKeys } from "./keys-18136ddc21.js";
import { startDrafts } from "./drafts-338a29714d.js";
import { startUploads } from "./upload-eb8d9c27bb.js";
import { startIdle } from "./idle-4127ca3a58.js";
import { csrfToken } from "./request-7413b65f19.js";

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (request.method !== "GET") request.headers["X-CSRFToken"] = csrfToken();
});

function focusErrors(root) {
  root.querySelector("[data-error-summary]")?.focus();
}

document.addEventListener("htmx:after:swap", (event) => {
  const target = event.target instanceof Element ? event.target : document;
  focusErrors(target);
  startDrafts(target);
  startUploads(target);
});

// A filter that changes is a filter applied; the button stays for who has no script.
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-apply]");
  if (form && event.target.matches("select")) form.requestSubmit();
});

focusErrors(document);
startKeys();
startDrafts(document);
startUploads(document);
startIdle();
