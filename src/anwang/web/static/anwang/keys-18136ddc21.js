// Keyboard: j/k move through rows, Enter opens (the focus is on the row's own link, so the browser does it),
// / searches, ? explains, and data-key="x" on a link or button gives it a key, first within the focused row.
// Single keys can be switched off (WCAG 2.1.4); the choice is kept in this browser and says nothing about people.
const STORE = "anwang-single-keys";
const ROW = "[data-keys] [data-row]";
const OPEN = "[data-open], a[href], button";

const typing = (element) =>
  element.isContentEditable || element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
const visible = (element) => element.getClientRects().length > 0;

function switchedOff() {
  try {
    return localStorage.getItem(STORE) === "off";
  } catch {
    return false;
  }
}

function moveRow(step) {
  const rows = [...document.querySelectorAll(ROW)].filter(visible);
  if (!rows.length) return false;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1)];
  const target = next.querySelector("[data-open]") ?? next.querySelector(OPEN);
  target?.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function press(key) {
  const selector = `[data-key="${CSS.escape(key)}"]`;
  const row = document.activeElement?.closest(ROW);
  const inRow = row && [...row.querySelectorAll(selector)].find(visible);
  const onPage = [...document.querySelectorAll(selector)].find((each) => visible(each) && !each.closest(ROW));
  const target = inRow ?? onPage;
  target?.focus();
  target?.click();
  return Boolean(target);
}

function showHelp() {
  const dialog = document.getElementById("keys-help");
  if (!dialog || dialog.open) return Boolean(dialog);
  dialog.showModal();
  dialog.querySelector("[data-close]")?.focus();
  return true;
}

function focusSearch() {
  const field = document.querySelector("[data-search]");
  field?.focus();
  field?.select();
  return Boolean(field);
}

export function startKeys() {
  const root = document.documentElement;
  const box = document.querySelector("[data-keys-off]");
  root.classList.toggle("no-keys", switchedOff());
  if (box) {
    box.checked = switchedOff();
    box.addEventListener("change", () => {
      try {
        localStorage.setItem(STORE, box.checked ? "off" : "on");
      } catch {
        // A browser that refuses storage keeps the choice for this page only.
      }
      root.classList.toggle("no-keys", box.checked);
    });
  }
  for (const button of document.querySelectorAll("[data-keys-help]")) {
    button.hidden = false;
    button.addEventListener("click", showHelp);
  }
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && event.target.matches?.("[data-search]")) event.target.blur();
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (root.classList.contains("no-keys")) return;
    const done =
      event.key === "j" ? moveRow(1)
      : event.key === "k" ? moveRow(-1)
      : event.key === "/" ? focusSearch()
      : event.key === "?" ? showHelp()
      : event.key.length === 1 ? press(event.key)
      : false;
    if (done) event.preventDefault();
  });
}
