// Upload with progress. The form posts as it would without script; the answer's <main> takes the place of this one.
import { csrfToken } from "./request-64511f6e68.js";

const started = new WeakSet();

function show(text, address) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const main = page.querySelector("main");
  if (!main) return false;
  document.querySelector("main").replaceWith(document.adoptNode(main));
  document.title = page.title;
  if (address && address !== location.href) history.pushState(null, "", address);
  window.htmx?.process(main);
  const focus = main.querySelector("[data-error-summary]") ?? main.querySelector("h1");
  if (focus && !focus.hasAttribute("tabindex")) focus.setAttribute("tabindex", "-1");
  focus?.focus();
  startUploads(document);
  return true;
}

function start(form) {
  const box = form.querySelector("[data-progress]");
  const bar = box?.querySelector("progress");
  const words = box?.querySelector("[data-progress-text]");
  const share = box?.querySelector("[data-progress-share]");
  const input = form.querySelector("input[type=file]");
  const area = form.querySelector(".upload");
  if (!box || !bar || !input) return;

  for (const name of ["dragenter", "dragover"]) {
    area?.addEventListener(name, (event) => { event.preventDefault(); area.classList.add("is-over"); });
  }
  for (const name of ["dragleave", "drop"]) area?.addEventListener(name, () => area.classList.remove("is-over"));
  area?.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer?.files.length) input.files = event.dataTransfer.files;
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const request = new XMLHttpRequest();
    const buttons = [...form.querySelectorAll("button")];
    const fail = (text) => {
      words.textContent = text;
      for (const button of buttons) button.disabled = false;
    };
    request.open("POST", form.action);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
      if (!lengthComputable) return;
      bar.value = loaded / total;
      share.textContent = `${Math.round((100 * loaded) / total)}%`;
    });
    request.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      share.textContent = "";
      words.textContent = "已送達，正在逐列檢查…";
    });
    request.addEventListener("load", () => {
      if (!show(request.responseText, request.responseURL)) fail("伺服器沒有回覆可用的內容，請再試一次。");
    });
    request.addEventListener("error", () => fail("連線中斷，檔案沒有送達。請再按一次「上傳」。"));
    box.hidden = false;
    words.textContent = "上傳中…";
    const body = new FormData(form, event.submitter ?? undefined);
    for (const button of buttons) button.disabled = true;
    request.send(body);
  });
}

export function startUploads(root) {
  for (const form of root.querySelectorAll("form[data-upload]")) {
    if (started.has(form)) continue;
    started.add(form);
    start(form);
  }
}
