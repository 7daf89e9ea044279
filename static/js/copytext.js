// data-copy-from="id" on a button: copies the text of that field. Without a clipboard the text is selected instead.

import { lineAfter, word } from "./words.js";

const SHOWN_MS = 3000;

export function copyTexts(root) {
  for (const button of root.querySelectorAll("button[data-copy-from]")) {
    const field = document.getElementById(button.dataset.copyFrom);
    if (!field) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
      } catch {
        return; // it stands selected, ready to be copied by hand
      }
      const line = lineAfter(button.parentElement);
      setTimeout(() => (line.textContent = word("copyTextDone")));
      setTimeout(() => line.remove(), SHOWN_MS);
    });
  }
}
