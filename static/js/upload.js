// data-upload="address" on a textarea: pictures and files that are pasted, dropped or chosen are sent there, one after
// the other, and put into the text as Markdown. For a picture we first ask what it shows.
//
// An editor that hides the textarea listens for `kairan:insert` on it (it bubbles; detail.markdown), puts the text in
// itself and calls preventDefault(). Files pasted or dropped anywhere in the form are taken before they reach it.

import { askAbout } from "./uploadask.js";
import { send } from "./uploadsend.js";
import { word } from "./words.js";

const GONE_MS = 4000;

export function takeFiles(root) {
  for (const area of root.querySelectorAll("textarea[data-upload]")) {
    const tools = area.form?.querySelector("[data-upload-tools]");
    if (tools) prepare(area, tools);
  }
}

function prepare(area, tools) {
  const list = document.createElement("div");
  list.className = "uploads";
  const take = oneAfterTheOther((file) => putIn(area, list, file));
  tools.prepend(...chooser(area, take));
  tools.append(hint(), list);
  area.form.addEventListener("paste", (event) => takeFrom(event, event.clipboardData, take), true);
  area.form.addEventListener("drop", (event) => takeFrom(event, event.dataTransfer, take), true);
  area.addEventListener("focus", () => area.toggleAttribute("data-upload-touched", true));
  area.form.addEventListener("submit", (event) => waitFor(list, event), true);
  showWhereToDrop(area.form);
}

/** The form is not sent while a file still is: it would be missing from the text. */
function waitFor(list, event) {
  const underWay = list.querySelector("progress");
  if (!underWay) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // nothing was sent: the draft stays, the button too
  underWay.parentElement.querySelector("[role=status]").textContent = word("uploadWait");
}

/** Files of a paste or a drop. What comes from a word processor brings a picture of its text as well: the text wins.
    (A file copied in a file manager comes with its name as plain text, a picture from a web page with HTML alone.) */
function takeFrom(event, data, take) {
  event.currentTarget.classList.remove("dropping");
  const files = [...(data?.files ?? [])];
  const isText = ["text/plain", "text/html"].every((type) => data?.types.includes(type));
  if (!files.length || (event.type === "paste" && isText)) return;
  event.preventDefault();
  event.stopPropagation();
  files.forEach(take);
}

function showWhereToDrop(form) {
  form.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.classList.add("dropping");
  });
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) form.classList.remove("dropping");
  });
}

function chooser(area, take) {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.accept = area.dataset.uploadAccept ?? "";
  input.tabIndex = -1;
  input.setAttribute("aria-hidden", "true");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = word("uploadChoose");
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    [...input.files].forEach(take);
    input.value = ""; // the same file can be chosen again
  });
  return [button, input];
}

function hint() {
  const line = document.createElement("p");
  line.className = "hint";
  line.textContent = word("uploadHint");
  return line;
}

/** A function that works through what it is given, each when the one before is done. */
function oneAfterTheOther(work) {
  let last = Promise.resolve();
  return (thing) => {
    last = last.then(() => work(thing)).catch((error) => console.error(error));
  };
}

async function putIn(area, list, file) {
  const limit = Number(area.dataset.uploadMegabytes) || Infinity;
  const isTooLarge = file.size > limit * 1024 * 1024;
  const told = isTooLarge ? {} : await askAbout(file);
  if (!told) return;
  const line = progressLine(list, file.name);
  try {
    if (isTooLarge) throw new Error(word("uploadTooLarge", limit));
    const fields = { ...told, csrf_token: area.form.elements.csrf_token?.value ?? "" };
    const answer = await send(area.dataset.upload, file, fields, line);
    insert(area, answer.markdown);
    line.done([word("uploadDone"), answer.notice].filter(Boolean).join(" "));
  } catch (error) {
    line.failed(error.message);
  }
}

/** Where the cursor is, at the end if it was never anywhere: in a line with words in the line, else as a paragraph of its own. */
function insert(area, markdown) {
  const event = new CustomEvent("kairan:insert", { bubbles: true, cancelable: true, detail: { markdown } });
  if (!area.dispatchEvent(event)) return;
  const { value } = area;
  const touched = area.hasAttribute("data-upload-touched");
  const start = touched ? area.selectionStart : value.length;
  const end = touched ? area.selectionEnd : value.length;
  const before = value.slice(0, start);
  const isPicture = markdown.startsWith("!");
  const lead = !isPicture || !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const trail = isPicture && !value.slice(end).startsWith("\n") ? "\n\n" : "";
  area.setRangeText(lead + markdown + trail, start, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function progressLine(list, name) {
  const line = document.createElement("div");
  line.className = "sending";
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  const act = document.createElement("button");
  act.type = "button";
  act.className = "button quiet";
  act.hidden = true;
  line.append(said, act, bar);
  list.append(line);
  return {
    /** How far it is, from 0 to 1, and how to stop it. */
    at(part, stop) {
      bar.value = part;
      said.textContent = `${name} ${word(part < 1 ? "uploadSending" : "uploadWorking", Math.floor(part * 100))}`;
      act.textContent = word("uploadStop");
      act.hidden = false;
      act.onclick = stop;
    },
    done(words) {
      bar.remove();
      act.remove();
      said.textContent = `${name} ${words}`;
      setTimeout(() => line.remove(), GONE_MS);
    },
    failed(words) {
      bar.remove();
      line.classList.add("failed");
      said.setAttribute("role", "alert");
      said.textContent = `${name}：${words}`;
      act.textContent = word("uploadClose");
      act.hidden = false;
      act.onclick = () => line.remove();
    },
  };
}
