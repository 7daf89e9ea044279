// data-count="20000" on a textarea: says in #<id>-count how many characters are left, once few are.

import { word } from "./words.js";

const SAID_FROM = 0.8; // of the limit: before that, a number would only be noise
const PAUSE_MS = 400;

export function countCharacters(root) {
  for (const area of root.querySelectorAll("textarea[data-count]")) {
    const line = document.getElementById(`${area.id}-count`);
    const limit = Number(area.dataset.count);
    if (!line || !limit) continue;
    line.setAttribute("role", "status");
    const show = () => {
      const used = [...area.value].length; // code points, as the server counts
      line.classList.toggle("over", used > limit);
      if (used > limit) line.textContent = word("countOver", used - limit);
      else line.textContent = used >= limit * SAID_FROM ? word("countLeft", limit - used) : "";
    };
    let pause;
    area.addEventListener("input", () => {
      clearTimeout(pause);
      pause = setTimeout(show, PAUSE_MS);
    });
    show();
  }
}
