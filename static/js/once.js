// data-once on a form: a second click sends nothing. Coming back to the page makes it usable again.

import { word } from "./words.js";

export function sendOnce(root) {
  for (const form of root.querySelectorAll("form[data-once]")) {
    let sent = false;
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      if (sent) {
        event.preventDefault();
        return;
      }
      sent = true;
      const pressed = event.submitter;
      // after the browser has read the form: a button disabled before that would not send its value
      setTimeout(() => {
        pressed?.setAttribute("aria-disabled", "true");
        pressed?.setAttribute("aria-description", word("onceWait"));
      });
    });
    window.addEventListener("pageshow", () => {
      sent = false;
      for (const button of form.querySelectorAll("[aria-disabled]")) {
        button.removeAttribute("aria-disabled");
        button.removeAttribute("aria-description");
      }
    });
  }
}
