// data-copy on a link: copies its address. Where the browser may not, the link is simply followed.

import { lineAfter, word } from "./words.js";

const SHOWN_MS = 3000;

export function copyLinks(root) {
  root.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[data-copy]");
    if (!link || !navigator.clipboard || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(link.href);
    } catch {
      location.assign(link.href);
      return;
    }
    const line = lineAfter(link);
    setTimeout(() => (line.textContent = word("copyDone")));
    setTimeout(() => line.remove(), SHOWN_MS);
  });
}
