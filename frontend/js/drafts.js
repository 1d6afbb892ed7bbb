// Drafts: two seconds after typing stops, the form goes to its draft address; the server answers {"saved_at": "14:03"}.
// What was typed since goes out when the page is left. On load the saved draft comes back, after a time-out too. Nothing is kept in the browser: people share PCs.
// A save says which revision it began from. When another tab saved meanwhile, the server merges field by field; what
// both changed it sets aside, and the link 「比對並選擇」 leads to the page that asks.
import { send } from "./request.js";

const PAUSE = 2000;
const STAYED = 10_000;
const OUTLASTS = 60_000; // bytes; a browser sends no more than 64 KiB for a page that is gone
const ROW = ["_revision", "_base"]; // what a form on a saved record was opened from; comes back with its draft
const skipped = (field) =>
  !field.name || field.disabled || ["password", "file", "submit", "button"].includes(field.type) ||
  (field.type === "hidden" && !ROW.includes(field.name));
const several = (field) => field.type === "checkbox" || field.type === "radio" || field.multiple;
const started = new WeakSet();
const pending = new Set();

function valuesOf(form) {
  const names = new Set([...form.elements].filter((field) => !skipped(field)).map((field) => field.name));
  const values = {};
  for (const [name, value] of new FormData(form)) {
    if (names.has(name) && typeof value === "string") (values[name] ??= []).push(value.replaceAll("\r\n", "\n"));
  }
  return values;
}

// `only`: these fields and no others.
function fill(form, fields, only = null) {
  for (const field of form.elements) {
    if (skipped(field) || (only && !only.includes(field.name))) continue;
    const values = fields[field.name] ?? (several(field) || only ? [] : null);
    if (!values) continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
    else if (form.querySelectorAll(`[name="${CSS.escape(field.name)}"]`).length === 1) field.value = values[0] ?? "";
  }
}

// What each field is called, for the page that asks: {name: [label, {value: label}, is it running text]}.
function wordsOf(form) {
  const said = (element) => element?.textContent.replace("（選填）", "").trim() ?? "";
  const words = {};
  for (const field of form.elements) {
    if (skipped(field) || field.type === "hidden") continue;
    const grouped = field.type === "checkbox" || field.type === "radio";
    const legend = grouped ? said(field.closest("fieldset")?.querySelector("legend")) : "";
    const entry = (words[field.name] ??= [legend || said(field.labels?.[0]), {}, field.type === "textarea"]);
    if (grouped) entry[1][field.value] = said(field.labels?.[0]);
    for (const option of field.options ?? []) entry[1][option.value] = said(option);
  }
  return words;
}

const same = (one, other) => JSON.stringify(one ?? []) === JSON.stringify(other ?? []);

function start(form) {
  const url = form.dataset.draft;
  const status = form.querySelector("[data-draft-status]");
  const discard = form.querySelector("[data-draft-discard]");
  const choose = form.querySelector("[data-draft-conflict]");
  // A page of several steps, each a POST, carries both on: it is one tab to the draft.
  const carried = (name) => form.querySelector(`input[name="${name}"]`)?.value ?? "";
  const tab = carried("_draft_tab") ||
    [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const fresh = form.cloneNode(true);
  fresh.reset();
  let base = valuesOf(fresh); // as the server sent it, whatever was typed before this script came
  let revision = Number(carried("_draft_revision")) || 0;
  let timer = 0;
  let edited = false;
  let leaving = false; // sent: no save may come after the form
  let sure = false;
  let running = Promise.resolve();
  let busy = 0; // requests that have not been answered, or wait for one
  let sending = null; // what the save under way took along
  const say = (text) => {
    if (!status) return;
    status.textContent = text;
    for (const name of ["notice", "notice--amber"]) status.closest(".draft")?.classList.toggle(name, text.includes("還沒有送出"));
  };

  // `began`: what the text was typed upon. `outlasts`: the page may be gone before the answer comes.
  function post(mine, began, outlasts = false) {
    const body = new URLSearchParams();
    for (const [name, values] of Object.entries(mine)) for (const value of values) body.append(name, value);
    body.append("_draft_revision", revision);
    body.append("_draft_tab", tab);
    if (began) {
      body.append("_draft_base", JSON.stringify(began));
      body.append("_draft_words", JSON.stringify(wordsOf(form)));
    }
    const fits = () => body.toString().length < OUTLASTS;
    if (outlasts && !fits()) ["_draft_base", "_draft_words"].forEach((name) => body.delete(name));
    return send(url, { body, keepalive: outlasts && fits() });
  }

  function ask(address) {
    if (!choose) return;
    choose.href = `${address}&back=${encodeURIComponent(location.pathname + location.search)}`;
    choose.hidden = false;
  }

  function waits(told, text) {
    if (!told.waiting) return say(text);
    say(`${text}。另有一份同時在別的分頁寫的，還沒有選擇要留哪一邊：`);
    ask(told.conflict_url);
  }

  function taken(told, mine) {
    const before = revision;
    revision = told.revision ?? revision;
    if (discard) discard.hidden = false;
    if (choose) choose.hidden = true;
    if (!told.fields) {
      base = mine;
      return waits(told, `已存 ${told.saved_at}`);
    }
    const now = valuesOf(form);
    const has = (name) => name.startsWith("_") || form.elements.namedItem(name);
    if (told.merged.some((name) => told.fields[name]?.some(Boolean) && !has(name))) {
      // The other tab has rows that this page lacks: it is drawn anew, at the latest once typing stops again.
      joined = true;
      if (same(now, mine)) return location.replace(location.pathname + location.search);
      [base, revision] = [mine, before];
      return later();
    }
    // What the other tab wrote comes in, but never over what was typed while this was under way.
    const changed = told.merged.filter((name) => same(now[name], mine[name]));
    fill(form, told.fields, changed);
    base = told.fields;
    joined ||= told.merged.length > 0;
    waits(told, `已存 ${told.saved_at}，並併入另一個分頁改的 ${told.merged.length} 處`);
  }

  // How the server stood at the last save: "there", "ill" (it answered with an error of its own), "away".
  let server = "there";
  let unsent = false; // the form was to be sent and the server was away
  let asking = false; // the form is to be sent as soon as the draft is kept
  let joined = false; // another tab's words came into the form at the last save

  async function save(outlasts = false) {
    clearTimeout(timer);
    timer = 0;
    if (leaving) return;
    if (!unsent && !asking) say("儲存中…");
    let again = false;
    try {
      const mine = sending = valuesOf(form);
      let answer = await post(mine, outlasts ? base : null, outlasts); // nobody may be there to send it again
      if (answer.status === 409) answer = await post(mine, base, outlasts);
      server = answer.status >= 500 ? "ill" : "there";
      if (answer.ok) {
        taken(await answer.json(), mine);
        if (unsent && status) say(`${status.textContent}。連線恢復了，表單還沒有送出，請再按一次。`);
        unsent = false;
        if (!timer) pending.delete(flush);
      } else if (answer.status === 409) {
        const told = await answer.json();
        say(`已另存 ${told.aside_at}。另一個分頁也改了其中 ${told.conflicts} 處，送出前請先選擇要留哪一邊：`);
        ask(told.conflict_url);
        if (!timer) pending.delete(flush);
      } else if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
        say("尚未儲存：您已登出。請在另一個分頁登入後回到這頁，內容仍在。");
      } else if (answer.status === 413) {
        say("內容太長，無法自動儲存；送出表單不受影響。");
      } else {
        again = true;
        if (!unsent) say("尚未儲存，10 秒後再試。");
      }
    } catch {
      again = true;
      server = "away";
      if (!unsent) say("連線中斷，尚未儲存，10 秒後再試。");
    }
    sending = null;
    if (again) timer = setTimeout(() => flush(), 10_000);
  }
  // One request at a time, so that an older text never lands after a newer one.
  function flush(outlasts = false) {
    busy += 1;
    running = running.then(() => save(outlasts)).finally(() => { busy -= 1; });
    return running;
  }

  // The page is left, or another window comes before it: on a phone it may never come back.
  function hide(event) {
    if (leaving || !pending.has(flush) || !form.isConnected) return;
    if (!busy) return void flush(true);
    // A save is under way and nothing of this page will wait for it. Whichever of the two comes first, what is typed
    // now stays: it was typed upon what that one carries.
    if (event.type === "pagehide") post(valuesOf(form), sending ?? base, true).catch(() => {});
  }

  function later() {
    edited = true;
    pending.add(flush);
    clearTimeout(timer);
    // Who types on in a form that was sent and is still here lost its answer: it is a form again.
    const stayed = () => { leaving = sure = false; flush(); };
    timer = leaving ? setTimeout(stayed, STAYED) : setTimeout(() => flush(), PAUSE);
  }

  form.addEventListener("input", later);
  addEventListener("pagehide", hide);
  document.addEventListener("visibilitychange", (event) => { if (document.hidden) hide(event); });
  // Before the page is left for the answer, everything typed is kept: pages are stored nowhere, so after an error of
  // the connection the browser's "back" would bring an empty form. While the server is away the form stays where it is.
  async function keepFirst(button) {
    asking = true;
    joined = false;
    // A save under way must not arrive after the form: it would bring back the draft of what was sent.
    if (pending.has(flush)) {
      say("正在存草稿，隨後送出…");
      await flush();
    }
    else server = await send(url, { method: "GET" }).then(() => "there", () => "away");
    asking = false;
    if (joined) return say("另一個分頁改的內容剛併入這一頁，表單還沒有送出；請看過再按一次。");
    if (server === "there") {
      sure = true;
      return form.requestSubmit(button);
    }
    unsent = true; // the draft goes on trying, and says when it can be sent
    pending.add(flush);
    clearTimeout(timer);
    timer = setTimeout(() => flush(), 5_000);
    sure = server === "ill"; // who presses again is let through: it may be the draft alone that cannot be kept
    say(server === "ill"
      ? "系統暫時無法處理，表單還沒有送出；內容都在這一頁，請稍等再按一次。"
      : "連不上系統，表單還沒有送出；內容都在這一頁，請等連線恢復再按一次。");
  }

  form.addEventListener("submit", (event) => {
    if (!sure) {
      event.preventDefault();
      if (!asking) keepFirst(event.submitter);
      return;
    }
    leaving = true;
    clearTimeout(timer);
    pending.delete(flush);
    for (const [name, value] of [["_draft_revision", revision], ["_draft_tab", tab]]) {
      const field = form.querySelector(`input[name="${name}"]`) ?? form.appendChild(document.createElement("input"));
      Object.assign(field, { type: "hidden", name, value });
    }
  });
  choose?.addEventListener("click", async (event) => {
    event.preventDefault();
    clearTimeout(timer);
    await flush();
    if (!choose.hidden) location.assign(choose.href);
  });
  discard?.addEventListener("click", async () => {
    clearTimeout(timer);
    await running;
    const answer = await send(url, { method: "DELETE" });
    if (!answer.ok) return say("草稿未能捨棄，請稍後再試。");
    pending.delete(flush);
    if ("draftShown" in form.dataset) return location.replace(location.href); // the page itself holds the draft
    form.reset();
    base = valuesOf(form);
    revision = 0;
    discard.hidden = true;
    if (choose) choose.hidden = true;
    say("草稿已捨棄");
  });

  if (!same(base, valuesOf(form))) later();
  // The first save waits for it: without its revision it would be merged with what it replaces.
  busy += 1;
  running = send(url, { method: "GET" })
    .then(async (answer) => {
      const draft = answer.status === 200 ? await answer.json() : null;
      if ("draftTyped" in form.dataset) { // the page shows what was just sent: newer than any draft
        if (draft && !revision) [base, revision] = [draft.fields, draft.revision ?? 0];
        return later();
      }
      if (!draft) return;
      if (edited) return; // asked last: what was typed until now is not written over, the next save merges both
      fill(form, draft.fields);
      base = draft.fields;
      revision = draft.revision ?? 0;
      if (discard) discard.hidden = false;
      waits(draft, `已還原 ${draft.saved_at} 的草稿`);
    })
    .catch(() => {}) // no draft can be read: the form is simply as the server sent it
    .finally(() => { busy -= 1; });
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
