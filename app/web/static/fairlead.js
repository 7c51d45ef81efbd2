// What a page does beyond HTML: keys, filters, copying, what is told while it is open. Everything works without it but these comforts.
"use strict";

const ROWS = ".finding, .resource, .change-row";
const TYPED_INTO = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])";

function visible(selector) {
  return [...document.querySelectorAll(selector)].filter((row) => row.offsetParent !== null);
}

// j and k: the row that has the focus is the current one, else the one that had it last.
function step(by) {
  const rows = visible(ROWS);
  if (rows.length === 0) return;
  const focused = rows.findIndex((row) => row.contains(document.activeElement));
  const here = focused >= 0 ? focused : rows.findIndex((row) => row.classList.contains("is-current"));
  const row = rows[Math.min(rows.length - 1, Math.max(0, here < 0 ? 0 : here + by))];
  (row.matches(".finding") ? row : row.querySelector("a, summary")).focus({ preventScroll: true });
  markCurrent();
  row.scrollIntoView({ block: "nearest" });
}

function markCurrent() {
  const current = document.activeElement?.closest(ROWS);
  if (current) document.querySelectorAll(ROWS).forEach((row) => row.classList.toggle("is-current", row === current));
}

let pending = ""; // the first key of a two-key command

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPED_INTO)) return;
  const sequence = pending + event.key;
  pending = event.key === "g" ? "g" : "";
  if (sequence === "gh") location.assign("/");
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "r") document.querySelector("#show-anew")?.click();
  else if (event.key === "?") document.querySelector("#keys").togglePopover();
  else if (event.key === "/") {
    event.preventDefault();
    document.querySelector(".search input").focus();
  } else if (/^[1-9]$/.test(event.key)) document.querySelectorAll(".tabs a")[Number(event.key) - 1]?.click();
}

function filterSeverities() {
  const shown = new Set([...document.querySelectorAll("input[name=severity]:checked")].map((box) => box.value));
  document.querySelectorAll(".finding").forEach((row) => {
    row.hidden = ![...shown].some((severity) => row.classList.contains(`is-${severity}`));
  });
  document.querySelectorAll(".finding-file").forEach((file) => {
    file.hidden = file.querySelector(".finding:not([hidden])") === null;
  });
}

// A word for those who listen to the page.
function say(words) {
  document.querySelector("#said").textContent = words;
}

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  button.classList.add("is-done");
  say("Copied");
}

document.addEventListener("keydown", onKey);
document.addEventListener("focusin", markCurrent);
document.addEventListener("change", (event) => {
  if (event.target.matches("input[name=severity]")) filterSeverities();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-copy]");
  if (button) copy(button);
});

// Times that are told as "3 min" go on by themselves.
const UNITS = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];

function tellAgo() {
  document.querySelectorAll("time[data-ago]").forEach((time) => {
    const seconds = Math.max(1, Math.floor((Date.now() - Date.parse(time.dateTime)) / 1000));
    const [size, unit] = UNITS.find(([least]) => seconds >= least);
    time.textContent = `${Math.floor(seconds / size)} ${unit}`;
  });
}
setInterval(tellAgo, 10_000);

// The live stream. A stream that is cut comes back by itself; when it does not at once, the page says since when it is old.
const PATIENCE = 4000; // milliseconds
let cutOff = 0;

document.addEventListener("htmx:sseError", () => {
  if (cutOff) return;
  const since = new Date();
  cutOff = setTimeout(() => {
    const time = document.querySelector("#cut-off-since");
    time.dateTime = since.toISOString();
    time.textContent = `${since.toISOString().slice(11, 16)} UTC`;
    document.querySelector("#cut-off").hidden = false;
  }, PATIENCE);
});
document.addEventListener("htmx:sseOpen", () => {
  clearTimeout(cutOff);
  cutOff = 0;
  document.querySelector("#cut-off").hidden = true;
});

// The title says the state, so that a background tab is enough; the end of a run is read out once.
let told = document.title;

document.addEventListener("htmx:afterSettle", () => {
  markCurrent();
  const state = document.querySelector("[data-title]");
  if (state === null || state.dataset.title === told) return;
  told = document.title = state.dataset.title;
  if (!state.querySelector("[aria-busy]")) say(told);
});
