// Drafts: two seconds after typing stops, the form goes to its draft address; the server answers {"saved_at": "14:03"}.
// On load the saved draft comes back, after a time-out too. Nothing is kept in the browser: people share PCs.
import { send } from "./request-44a20d3e15.js";

const PAUSE = 2000;
const skipped = (field) =>
  !field.name || field.name === "csrfmiddlewaretoken" || field.disabled || ["password", "file", "submit", "button"].includes(field.type);
const started = new WeakSet();
const pending = new Set();

function bodyOf(form) {
  const body = new URLSearchParams();
  const files = new Set([...form.elements].filter(skipped).map((field) => field.name));
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !files.has(name)) body.append(name, value);
  }
  return body;
}

function fill(form, fields) {
  for (const field of form.elements) {
    const values = fields[field.name];
    if (skipped(field) || field.type === "hidden" || !values) continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
    else if (form.querySelectorAll(`[name="${CSS.escape(field.name)}"]`).length === 1) field.value = values[0] ?? "";
  }
}

function start(form) {
  const url = form.dataset.draft;
  const status = form.querySelector("[data-draft-status]");
  const discard = form.querySelector("[data-draft-discard]");
  let timer = 0;
  let edited = false;
  let leaving = false;
  let running = Promise.resolve();
  const say = (text) => { if (status) status.textContent = text; };

  async function save() {
    clearTimeout(timer);
    timer = 0;
    if (leaving) return;
    say("儲存中…");
    try {
      const answer = await send(url, { body: bodyOf(form) });
      if (answer.ok) {
        say(`已存 ${(await answer.json()).saved_at}`);
        if (discard) discard.hidden = false;
        if (!timer) pending.delete(flush);
      } else if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
        say("尚未儲存：您已登出。請在另一個分頁登入後回到這頁，內容仍在。");
      } else if (answer.status === 413) {
        say("內容太長，無法自動儲存；送出表單不受影響。");
      } else say("尚未儲存，10 秒後再試。");
    } catch {
      say("連線中斷，尚未儲存，10 秒後再試。");
    }
    if (status?.textContent.startsWith("尚未儲存，") || status?.textContent.startsWith("連線中斷")) {
      timer = setTimeout(flush, 10_000);
    }
  }
  // One request at a time, so that an older text never lands after a newer one.
  function flush() {
    running = running.then(save);
    return running;
  }

  form.addEventListener("input", () => {
    edited = true;
    pending.add(flush);
    clearTimeout(timer);
    timer = setTimeout(flush, PAUSE);
  });
  form.addEventListener("submit", () => { leaving = true; clearTimeout(timer); pending.delete(flush); });
  discard?.addEventListener("click", async () => {
    clearTimeout(timer);
    await running;
    const answer = await send(url, { method: "DELETE" });
    if (!answer.ok) return say("草稿未能捨棄，請稍後再試。");
    pending.delete(flush);
    form.reset();
    discard.hidden = true;
    say("草稿已捨棄");
  });

  send(url, { method: "GET" })
    .then(async (answer) => {
      if (answer.status !== 200 || edited) return;
      const draft = await answer.json();
      fill(form, draft.fields);
      say(`已還原 ${draft.saved_at} 的草稿`);
      if (discard) discard.hidden = false;
    })
    .catch(() => {}); // no draft can be read: the form is simply as the server sent it
}

export function startDrafts(root) {
  for (const form of root.querySelectorAll("form[data-draft]")) {
    if (started.has(form)) continue;
    started.add(form);
    start(form);
  }
}

// Before the idle time-out ends the session: everything typed goes out now.
export function saveDrafts() {
  return Promise.allSettled([...pending].map((flush) => flush()));
}
