// data-editor on a form with a textarea `body`: a toolbar, and the rich editor for those who choose it. The textarea is
// what is sent, whichever editor is open.

import { PlainSurface } from "./plain.js";
import { insertAtCursor, surfaceOf, useSurface } from "./surfaces.js";
import { openToolbar } from "./toolbar.js";

const CHOICE = "kairan:editor";

export function openEditors(root) {
  for (const form of root.querySelectorAll("form[data-editor]")) {
    useSurface(form, new PlainSurface(form.elements.body));
    openToolbar(form);
    offerRich(form);
    takeInserts(form);
  }
}

/** What others put into the text (js/upload.js) goes to where the writer stands, also in the rich editor. */
function takeInserts(form) {
  form.addEventListener("kairan:insert", (event) => {
    if (form.dataset.editor !== "rich") return;
    event.preventDefault();
    insertAtCursor(form, event.detail.markdown);
  });
}

function offerRich(form) {
  const modes = form.querySelector("[data-modes]");
  if (!modes) return;
  const [plain, rich] = [modes.querySelector("[data-mode=plain]"), modes.querySelector("[data-mode=rich]")];
  const status = form.querySelector("[data-editor-says]");
  const area = form.elements.body;
  const host = form.querySelector("[data-rich-host]");
  const say = (words = "") => (status.textContent = words);
  const show = (isRich) => {
    form.dataset.editor = isRich ? "rich" : "plain";
    area.hidden = isRich;
    host.hidden = !isRich;
    plain.setAttribute("aria-pressed", String(!isRich));
    rich.setAttribute("aria-pressed", String(isRich));
    form.dispatchEvent(new Event("kairan:editor"));
  };
  const tell = (faithful) => say(faithful ? "" : modes.dataset.unfaithful);

  const toRich = async () => {
    if (form.dataset.editor !== "plain") return;
    form.dataset.editor = "opening";
    say(modes.dataset.opening);
    host.hidden = false;
    try {
      const { openRich } = await import(modes.dataset.source);
      const surface = await openRich(area, host, attributesFor(area), tell);
      say(surface ? "" : modes.dataset.refused);
      if (surface) useSurface(form, surface);
      show(Boolean(surface));
    } catch (error) {
      console.error(error);
      host.replaceChildren();
      say(modes.dataset.failed);
      show(false);
    }
  };

  const toPlain = async () => {
    if (form.dataset.editor !== "rich") return;
    form.dataset.editor = "closing";
    await surfaceOf(form).close();
    useSurface(form, new PlainSurface(area));
    say();
    show(false);
  };

  const choose = async (change, choice) => {
    localStorage.setItem(CHOICE, choice);
    await change();
    surfaceOf(form).focus();
  };
  plain.addEventListener("click", () => choose(toPlain, "plain"));
  rich.addEventListener("click", () => choose(toRich, "rich"));
  // the label and the list of errors lead to the textarea, which is not shown
  for (const way of form.querySelectorAll(`label[for="${area.id}"], a[href="#${area.id}"]`)) {
    way.addEventListener("click", () => form.dataset.editor === "rich" && surfaceOf(form).focus());
  }
  modes.hidden = false;
  show(false);
  if (localStorage.getItem(CHOICE) === "rich") toRich();
}

/** What makes the rich editor the same field to a screen reader as the textarea. */
function attributesFor(area) {
  const attributes = {
    class: "prose rich-text",
    role: "textbox",
    "aria-multiline": "true",
    "aria-label": area.labels[0]?.firstChild?.textContent.trim() ?? "",
    lang: "ja",
  };
  const described = area.getAttribute("aria-describedby");
  if (described) attributes["aria-describedby"] = described;
  return attributes;
}
