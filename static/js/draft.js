// data-draft="url" on the editor's form: what is typed is saved on the server while one types and when the page is left.
// “Saved” is said only after the server's word; until then the text is kept on this device, also beyond the sign-in, and
// given to the server when the editor is opened again. The answers also tell who else is editing.

import { word } from "./words.js";

const PREFIX = "kairan:unsaved:";
const SENT = "kairan:sent-page";
const PAUSE_MS = 3000;
const AGAIN_MS = 15_000;
const LOOK_MS = 60 * 1000;
const MOST_WHEN_LEAVING = 60_000; // browsers send at most 64 KiB once the page is gone
const ANSWERED_WITHIN_MS = 60 * 1000;

export function saveDrafts(root) {
  const form = root.querySelector("form[data-draft]");
  forgetWhatWasPublished(root, form);
  if (form) keepSaving(form);
}

function keepSaving(form) {
  const url = form.dataset.draft;
  const key = keyOf(form);
  const line = form.querySelector("[data-draft-line]");
  const said = (text, ...more) => line.replaceChildren(text, ...more.flatMap((part) => [" ", part]));
  let typed = 0; // how often something was typed, and up to which of these the server has confirmed
  let saved = 0;
  let leaving = false;
  let pause;
  let running = Promise.resolve();

  const isUnsaved = () => typed > saved;
  const save = (how = {}) => {
    clearTimeout(pause);
    running = running.then(() => send(how)); // one after the other: an older text never overtakes a newer one
    return running;
  };

  async function send({ over = false, look = false } = {}) {
    const fields = fieldsOf(form);
    if (over) fields.set("draft", "over");
    if (look) strip(fields).set("look", "1");
    const until = typed;
    const answer = await post(url, fields);
    take(form, answer);
    if (look) return;
    if (!answer.ok) return tellWhy(answer);
    saved = until;
    if (isUnsaved()) return; // more was typed meanwhile; its own saving will tell
    localStorage.removeItem(key);
    said(answer.said);
  }

  function tellWhy(answer) {
    typed += 1; // pressed or left, it has to be sent again
    const overwrite = answer.over && button(answer.over, () => save({ over: true }));
    said(answer.said ?? word("draftFailed"), ...[answer.href && link(answer), overwrite].filter(Boolean));
    if (!answer.said) pause = setTimeout(() => save(), AGAIN_MS);
  }

  const onTyped = () => {
    typed += 1;
    hold(key, form);
    said(word("draftWaiting"));
    clearTimeout(pause);
    pause = setTimeout(() => save(), PAUSE_MS);
  };
  form.addEventListener("input", onTyped);
  form.querySelector("button[name=draft]")?.addEventListener("click", (event) => {
    event.preventDefault();
    save();
  });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    leaving = true; // what is published must not come back as a draft
    clearTimeout(pause);
    if (!isUnsaved() && !localStorage.getItem(key)) return;
    hold(key, form);
    sessionStorage.setItem(SENT, JSON.stringify({ key, at: Date.now() }));
  });
  addEventListener("pagehide", () => {
    if (leaving) return;
    const fields = isUnsaved() ? fieldsOf(form) : strip(fieldsOf(form));
    if (!isUnsaved()) fields.set("look", "1");
    fields.set("leaving", "1");
    if (fields.toString().length < MOST_WHEN_LEAVING) fetch(url, { method: "POST", body: fields, keepalive: true });
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) leaving = false;
  });
  if (document.getElementById("beside") && !url.endsWith("/drafts")) {
    setInterval(() => document.visibilityState === "visible" && !isUnsaved() && save({ look: true }), LOOK_MS);
  }
  const { ownerDocument: page } = form;
  if (localStorage.getItem(key)) {
    if (!page.querySelector("[data-keep-held], [data-focus]")) offerHeld(form, key, said);
  } else if (wasTypedEarlier(form)) {
    onTyped();
  }
}

/** Whether somebody typed before this script was there, or the browser brought back what they had typed. */
function wasTypedEarlier(form) {
  const fields = [...form.querySelectorAll("textarea[name], input[type=text][name]")];
  return fields.some((field) => field.value !== field.defaultValue.replaceAll("\r\n", "\n"));
}

/** A text that never reached the server, from an earlier visit: saved as a draft now, if the reader wants it. */
function offerHeld(form, key, said) {
  const held = JSON.parse(localStorage.getItem(key));
  const drop = button(word("keepDrop"), () => {
    localStorage.removeItem(key);
    said(word("keepDropped"));
  });
  const use = button(word("draftUse"), async () => {
    const fields = new URLSearchParams(held.fields);
    fields.set("csrf_token", form.elements.csrf_token.value);
    const answer = await post(held.url, fields);
    if (answer.status === 409) {
      fields.set("draft", "over");
      const over = button(answer.over, async () => open(await post(held.url, fields)));
      return said(answer.said, link(answer), over, drop);
    }
    return open(answer);
  });
  const open = (answer) => {
    if (!answer.ok) return said(answer.said ?? word("draftFailed"), use, drop);
    localStorage.removeItem(key);
    return answer.href ? location.assign(answer.href) : said(answer.said);
  };
  said(word("draftHeld"), use, drop);
}

/** Show who else is here and whether the page has moved on; carry on what the next form must say. */
function take(form, answer) {
  if (answer.csrf_token) {
    for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = answer.csrf_token;
  }
  if (answer.version) form.elements.draft_version.value = answer.version;
  const beside = document.getElementById("beside");
  if (!beside || !answer.others) return;
  const notes = answer.others.map((text) => note(text));
  if (answer.newer) notes.push(note(`${answer.newer.said} `, link(answer.newer)));
  const shown = notes.map((one) => one.textContent).join();
  if (shown !== [...beside.children].map((one) => one.textContent.trim()).join()) beside.replaceChildren(...notes);
}

async function post(url, fields) {
  try {
    const answer = await fetch(url, { method: "POST", body: fields });
    const isOurs = answer.headers.get("Content-Type")?.includes("json");
    return { ...(isOurs ? await answer.json() : {}), ok: answer.ok && isOurs, status: answer.status };
  } catch {
    return { ok: false };
  }
}

function forgetWhatWasPublished(root, form) {
  const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "null");
  sessionStorage.removeItem(SENT);
  if (!sent || Date.now() - sent.at > ANSWERED_WITHIN_MS) return;
  const refused = root.querySelector("[data-keep-held]") || (form && keyOf(form) === sent.key);
  if (!refused) localStorage.removeItem(sent.key);
}

/** One device may serve several people: each finds only their own. */
function keyOf(form) {
  return `${PREFIX}${form.dataset.draftOwner}:${form.dataset.draft}`;
}

function fieldsOf(form) {
  const fields = new URLSearchParams(new FormData(form));
  for (const name of ["preview", "draft", "merge"]) fields.delete(name);
  return fields;
}

function strip(fields) {
  for (const name of ["title", "slug", "body", "summary", "reflects"]) fields.delete(name);
  return fields;
}

function hold(key, form) {
  const fields = fieldsOf(form);
  fields.delete("csrf_token");
  try {
    localStorage.setItem(key, JSON.stringify({ url: form.dataset.draft, fields: fields.toString(), at: Date.now() }));
  } catch {
    // a device that stores nothing: the server still does
  }
}

function note(...parts) {
  const one = document.createElement("p");
  one.className = "notice plain";
  one.append(...parts);
  return one;
}

function link({ href, link: text }) {
  const one = document.createElement("a");
  one.href = href;
  one.target = "_blank";
  one.textContent = text;
  return one;
}

function button(text, act) {
  const one = document.createElement("button");
  one.type = "button";
  one.className = "button chip";
  one.textContent = text;
  one.addEventListener("click", act);
  return one;
}
