// The one place that knows how this site's requests are made.
export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

const PATIENCE = 20_000; // ms; who waits longer for an answer is told that there is none

export function send(url, { method = "POST", body, keepalive = false } = {}) {
  return fetch(url, {
    method,
    body,
    keepalive,
    credentials: "same-origin",
    signal: AbortSignal.timeout(PATIENCE),
    redirect: "manual", // a redirect to the sign-in page is a refusal, not an answer
    headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
  });
}
