// Idle time-out. The server ends the session; this says so in time, and saves what was typed before it happens.
import { send } from "./request-64511f6e68.js";
import { saveDrafts } from "./drafts-8bd4478543.js";

const RENEW_EVERY = 4 * 60; // seconds between renewals while someone is at work on a long form

export function startIdle() {
  const bar = document.querySelector("[data-idle]");
  if (!bar) return;
  const limit = Number(bar.dataset.idleSeconds);
  const warning = Number(bar.dataset.idleWarning);
  const left = bar.querySelector("[data-idle-left]");
  let renewedAt = Date.now();
  let ended = false;
  let busy = false;
  // Another tab at work keeps the same session alive; this one must not send its reader away.
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("anwang-alive") : null;
  const renewed = () => {
    renewedAt = Date.now();
    bar.hidden = true;
  };
  if (tabs) {
    tabs.onmessage = renewed;
    tabs.postMessage("alive");
  }

  async function renew() {
    if (busy || ended) return;
    busy = true;
    try {
      const answer = await send(bar.dataset.keepAlive);
      if (answer.ok) {
        renewed();
        tabs?.postMessage("alive");
      }
    } catch {
      // Offline for a moment: the next sign of life tries again.
    } finally {
      busy = false;
    }
  }

  async function end() {
    ended = true;
    await saveDrafts();
    // Signed out for certain: on a shared PC a page that only says so would be worse than none.
    await send(bar.dataset.signOut).catch(() => {});
    const back = encodeURIComponent(location.pathname + location.search);
    location.assign(`${bar.dataset.signIn}?idle=1&next=${back}`);
  }

  function look() {
    if (ended) return;
    const rest = limit - (Date.now() - renewedAt) / 1000;
    if (rest <= 0) return end();
    if (rest <= warning) {
      const text = rest > 60 ? `${Math.ceil(rest / 60)} 分鐘` : "不到 1 分鐘";
      if (left.textContent !== text) left.textContent = text;
      bar.hidden = false;
    }
  }

  const alive = () => {
    if (Date.now() - renewedAt > RENEW_EVERY * 1000 && bar.hidden) renew();
  };
  document.addEventListener("keydown", alive);
  document.addEventListener("pointerdown", alive);
  document.addEventListener("htmx:after:request", () => { renewedAt = Date.now(); });
  document.addEventListener("visibilitychange", look);
  bar.querySelector("button").addEventListener("click", renew);
  setInterval(look, 5000);
}
