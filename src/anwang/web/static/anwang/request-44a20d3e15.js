// The one place that knows how this site's requests are made.
export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

export function send(url, { method = "POST", body } = {}) {
  return fetch(url, {
    method,
    body,
    credentials: "same-origin",
    redirect: "manual", // a redirect to the sign-in page is a refusal, not an answer
    headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
  });
}
