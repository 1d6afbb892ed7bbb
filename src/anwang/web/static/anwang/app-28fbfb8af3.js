// Starts the parts. Every page works without this file; it makes pages faster to use.
import { startKeys } from "./keys-18136ddc21.js";
import { startDrafts } from "./drafts-8bd4478543.js";
import { startUploads } from "./upload-15d0eb67a0.js";
import { startIdle } from "./idle-79d28efba2.js";
import { csrfToken } from "./request-64511f6e68.js";

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
