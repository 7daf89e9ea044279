// data-edit-sections="/reports/<slug>/edit" on a text: behind each heading of the second and third level, a link that
// opens just that section in the editor. Without scripts the same links stand on the editor's page.

import { word } from "../words.js";

export function linkSections(root) {
  for (const text of root.querySelectorAll("[data-edit-sections]")) {
    for (const heading of text.querySelectorAll("h2[id], h3[id]")) heading.after(wayTo(text.dataset.editSections, heading));
  }
}

function wayTo(editor, heading) {
  const line = document.createElement("p");
  const link = document.createElement("a");
  line.className = "edit-section";
  link.href = `${editor}?section=${encodeURIComponent(heading.id)}`;
  link.textContent = word("editSection");
  link.setAttribute("aria-label", word("editSectionOf", heading.textContent));
  line.append(link);
  return line;
}
