// data-keep="key" on a textarea: what is being written is kept on this device, comes back after a reload, and is
// forgotten once it has been sent, after a week, or when the reader says so or signs out.

import { lineAfter, word } from "./words.js";

const PREFIX = "kairan:draft:";
const SENT = "kairan:sent";
const WEEK_MS = 7 * 24 * 3600 * 1000;
const ANSWERED_WITHIN_MS = 60 * 1000;
const PAUSE_MS = 600;

export function keepDrafts(root) {
  const areas = firstOfEachKey(root.querySelectorAll("form:not([data-draft]) textarea[data-keep]"));
  forgetWhatWasSent(root, areas);
  forgetOldOnes();
  for (const area of areas) keep(area);
  for (const form of root.querySelectorAll('form[action="/accounts/logout"]')) {
    form.addEventListener("submit", () => draftKeys().forEach((key) => localStorage.removeItem(key)));
  }
}

function keep(area) {
  const key = PREFIX + area.dataset.keep;
  const line = lineAfter(area.form?.querySelector(".composer-foot > .count") ?? area, "small kept");
  const say = (text, ...acts) => line.replaceChildren(text, ...acts.flatMap((act) => [" ", act]));
  const drop = button(word("keepDrop"), () => {
    localStorage.removeItem(key);
    area.value = area.defaultValue;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    clearTimeout(pause);
    say(word("keepDropped"));
  });
  const restore = () => {
    area.value = read(key);
    area.dispatchEvent(new Event("input", { bubbles: true }));
    clearTimeout(pause);
    say(word("keepRestored"), drop);
  };
  let pause;
  area.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => {
      const isNew = area.value.trim() && area.value !== area.defaultValue;
      if (!isNew) localStorage.removeItem(key);
      else if (write(key, area.value)) say(word("keepSaved"), drop);
    }, PAUSE_MS);
  });
  area.form?.addEventListener("submit", () => {
    clearTimeout(pause);
    if (area.value.trim() && area.value !== area.defaultValue) write(key, area.value);
    sessionStorage.setItem(SENT, JSON.stringify({ key, at: Date.now() }));
  });

  const draft = read(key);
  if (!draft || draft === area.defaultValue) return;
  if (area.defaultValue.trim()) say(word("keepOffer"), button(word("keepUse"), restore), drop); // never over the server's text
  else restore();
}

/** The page that follows a sending decides: an error page, or the text shown again, means it was not accepted. */
function forgetWhatWasSent(root, areas) {
  const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "null");
  sessionStorage.removeItem(SENT);
  if (!sent || Date.now() - sent.at > ANSWERED_WITHIN_MS) return;
  const arrived = performance.getEntriesByType("navigation")[0]?.type === "navigate";
  const refused = root.querySelector("[data-keep-held]");
  const shownAgain = areas.some((area) => PREFIX + area.dataset.keep === sent.key && area.getAttribute("aria-invalid"));
  if (arrived && !refused && !shownAgain) localStorage.removeItem(sent.key);
}

function forgetOldOnes() {
  for (const key of draftKeys()) {
    const at = JSON.parse(localStorage.getItem(key) ?? "{}").at ?? 0;
    if (Date.now() - at > WEEK_MS) localStorage.removeItem(key);
  }
}

function draftKeys() {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
}

function read(key) {
  return JSON.parse(localStorage.getItem(key) ?? "{}").text ?? "";
}

/** False where the device will not store: then nothing is promised. */
function write(key, text) {
  try {
    localStorage.setItem(key, JSON.stringify({ text, at: Date.now() }));
    return true;
  } catch {
    return false;
  }
}

function firstOfEachKey(areas) {
  const seen = new Set();
  return [...areas].filter((area) => !seen.has(area.dataset.keep) && seen.add(area.dataset.keep));
}

function button(text, act) {
  const one = document.createElement("button");
  one.type = "button";
  one.className = "button quiet";
  one.textContent = text;
  one.addEventListener("click", act);
  return one;
}
