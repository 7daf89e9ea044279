// The link that is put at the cursor: its words and its address, asked for in one small dialog.

import { ask } from "./ask.js";

export function askForLink(surface) {
  const dialog = document.querySelector("[data-link-dialog]");
  const [words, address] = dialog.querySelectorAll("input");
  words.value = surface.selected();
  address.value = "";
  ask(surface, dialog, () => {
    if (address.value.trim()) surface.insert(linkOf(words.value.trim(), address.value.trim()));
  });
  (words.value ? address : words).focus();
}

/** Pure: the Markdown of a link. */
export function linkOf(words, address) {
  const said = (words || address).replace(/[[\]\\]/g, "\\$&");
  const isPlain = !/[\s()<>]/.test(address);
  return `[${said}](${isPlain ? address : `<${address.replace(/[<>\s]/g, encodeURIComponent)}>`})`;
}
