// data-editor on a form: its toolbar, one stop in the order of focus, whose buttons ask the form's surface.

import { askForLink } from "./link.js";
import { surfaceOf } from "./surfaces.js";
import { editTable } from "./tabledialog.js";

const DIALOGS = { link: askForLink, table: editTable };

export function openToolbar(form) {
  const bar = form.querySelector("[data-toolbar]");
  const buttons = [...(bar?.querySelectorAll("button") ?? [])];
  if (!buttons.length) return;
  bar.hidden = false;
  rove(bar, buttons);
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (!button) return;
    const { act } = button.dataset;
    if (act in DIALOGS) DIALOGS[act](surfaceOf(form));
    else surfaceOf(form).act(act);
  });
  // so that a press leaves the selection where it is
  bar.addEventListener("mousedown", (event) => event.preventDefault());
}

/** One tab stop; arrow keys, Home and End go from button to button (the ARIA toolbar pattern). */
function rove(bar, buttons) {
  const stopAt = (chosen) => buttons.forEach((button) => (button.tabIndex = button === chosen ? 0 : -1));
  stopAt(buttons[0]);
  bar.addEventListener("focusin", (event) => stopAt(event.target));
  bar.addEventListener("keydown", (event) => {
    const here = buttons.indexOf(event.target);
    const last = buttons.length - 1;
    const to = {
      ArrowRight: here === last ? 0 : here + 1,
      ArrowLeft: here ? here - 1 : last,
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    buttons[to].focus();
  });
}
