// data-seals on a text: a tap on one of its seals (a link to where a sentence comes from) shows that card in place.
// The card is taken from the page that the link leads to; where that fails, the link is followed.

import { word } from "./words.js";

export function openSeals(root) {
  for (const text of root.querySelectorAll("[data-seals]")) {
    text.addEventListener("click", async (event) => {
      const seal = event.target.closest?.("a[data-seal]");
      if (!seal || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      seal.setAttribute("aria-busy", "true");
      try {
        show(await passageOf(seal), seal);
      } catch {
        location.assign(seal.href);
      }
      seal.removeAttribute("aria-busy");
    });
  }
}

async function passageOf(seal) {
  const answer = await fetch(seal.href);
  if (!answer.ok) throw new Error(`voices: ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const passage = page.getElementById(seal.dataset.seal)?.closest("li");
  const card = passage?.querySelector(".birth");
  if (!card) throw new Error("the sentence is not there any more");
  return [passage.querySelector(".wording"), card];
}

function show(parts, seal) {
  const dialog = document.createElement("dialog");
  dialog.className = "voice-dialog";
  dialog.setAttribute("aria-labelledby", parts[1].getAttribute("aria-labelledby"));
  dialog.append(...parts, acts(dialog, seal));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function acts(dialog, seal) {
  const line = document.createElement("p");
  line.className = "form-acts";
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button";
  close.autofocus = true; // else the focus, and with it the reader, would start at a link far from the way out
  close.textContent = word("sealClose");
  close.addEventListener("click", () => dialog.close());
  const all = document.createElement("a");
  all.className = "button quiet";
  all.href = seal.href.replace(/#.*/, "");
  all.textContent = word("sealAll");
  line.append(close, all);
  return line;
}
