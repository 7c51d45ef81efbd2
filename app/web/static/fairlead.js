// What a page does beyond HTML: keys, filters, copying, the theme. Everything works without it but these comforts.
"use strict";

const ROWS = ".finding, .resource, .change-row";

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function visible(selector) {
  return [...document.querySelectorAll(selector)].filter((row) => row.offsetParent !== null);
}

function step(by) {
  const rows = visible(ROWS);
  if (rows.length === 0) return;
  const here = rows.findIndex((row) => row.contains(document.activeElement) || row.classList.contains("is-current"));
  const row = rows[Math.min(rows.length - 1, Math.max(0, here < 0 ? 0 : here + by))];
  rows.forEach((other) => other.classList.toggle("is-current", other === row));
  const target = row.matches(".change-row") ? row.querySelector("a") : row;
  target.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function openCurrent() {
  const row = document.querySelector(".finding.is-current, .resource.is-current");
  const fold = row && row.querySelector("details");
  if (fold) fold.open = !fold.open;
}

let pending = ""; // the first key of a two-key command

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const sequence = pending + event.key;
  pending = event.key === "g" ? "g" : "";
  if (sequence === "gh") location.assign("/");
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "Enter" && event.target.matches(".finding, .resource")) openCurrent();
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

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  button.setAttribute("aria-label", "Copied");
  button.classList.add("is-done");
}

document.addEventListener("keydown", onKey);
document.addEventListener("change", (event) => {
  if (event.target.matches("input[name=severity]")) filterSeverities();
  if (event.target.matches("input[name=theme]")) event.target.form.requestSubmit();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-copy]");
  if (button) copy(button);
});

// The live stream: stale data says so, and a page that only showed progress becomes the result by itself.
document.addEventListener("htmx:sseError", () => { document.querySelector("#cut-off")?.removeAttribute("hidden"); });
document.addEventListener("htmx:sseOpen", () => { document.querySelector("#cut-off")?.setAttribute("hidden", ""); });
document.addEventListener("htmx:afterSwap", () => {
  const title = document.querySelector("[data-title]");
  if (title) document.title = title.dataset.title;
});
