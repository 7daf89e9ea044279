// Marks of notes in a text (role="doc-noteref"): the note opens beside its mark. Escape, a click elsewhere or moving on
// closes it, and the focus goes back to the mark. Without this the mark leads down to the note, and the note back.

import { word } from "./words.js";

const GAP = 8;

export function openNotes(root) {
  let open;
  const close = (back = false) => {
    if (!open) return;
    const { box, mark } = open;
    open = undefined;
    mark.removeAttribute("aria-expanded");
    if (back) mark.focus({ preventScroll: true });
    box.remove();
  };
  for (const mark of root.querySelectorAll('.prose a[role="doc-noteref"]')) {
    mark.addEventListener("click", (event) => {
      const note = root.getElementById(decodeURIComponent(mark.hash.slice(1)));
      if (!note || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const again = open?.mark === mark;
      close();
      if (again) return;
      const box = boxFor(note, mark, () => close(true));
      open = { box, mark };
      mark.setAttribute("aria-expanded", "true");
      document.body.append(box);
      place(box, mark);
      box.focus({ preventScroll: true });
      box.addEventListener("focusout", (moved) => {
        if (moved.relatedTarget && !box.contains(moved.relatedTarget)) close();
      });
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && open) close(true);
  });
  document.addEventListener("pointerdown", (event) => {
    if (open && !open.box.contains(event.target) && !open.mark.contains(event.target)) close();
  });
  addEventListener("resize", () => close());
}

/** The note in a box of its own: what it says, without its way back and without its names for the text layer. */
function boxFor(note, mark, close) {
  const box = document.createElement("div");
  box.className = "note-open";
  box.tabIndex = -1;
  box.lang = note.closest("[lang]")?.lang ?? "";
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", word("noteTitle", mark.textContent.trim().replace(/[[\]]/g, "")));
  const said = document.createElement("div");
  said.append(...[...note.cloneNode(true).childNodes]);
  for (const back of said.querySelectorAll(".footnote-backref")) back.remove();
  for (const named of said.querySelectorAll("[id], [data-block]")) {
    named.removeAttribute("id");
    named.removeAttribute("data-block");
  }
  const acts = document.createElement("p");
  acts.className = "acts";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quiet";
  button.lang = document.documentElement.lang;
  button.textContent = word("noteClose");
  button.addEventListener("click", close);
  acts.append(button);
  box.append(said, acts);
  return box;
}

/** Below the mark, or above it where there is more room; never beyond the window's sides. */
function place(box, mark) {
  const at = mark.getBoundingClientRect();
  const { offsetWidth: wide, offsetHeight: high } = box;
  const left = Math.max(16, Math.min(at.left, document.documentElement.clientWidth - wide - 16));
  const below = at.bottom + GAP;
  const fits = below + high <= innerHeight || at.top < high + GAP;
  box.style.left = `${left + scrollX}px`;
  box.style.top = `${(fits ? below : at.top - GAP - high) + scrollY}px`;
}
