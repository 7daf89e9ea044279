// What the scripts say, in the reader's language: templates/ui/_words.html.

const source = document.querySelector("[data-words]");

/** The words under `name` (as in data-keep-saved → "keepSaved"), with {n} replaced. */
export function word(name, n = "") {
  return (source?.dataset[name] ?? "").replace("{n}", n);
}

/** A polite line after `element`, made once; what is written into its text is read aloud. */
export function lineAfter(element, className = "small") {
  const line = document.createElement("p");
  line.className = className;
  line.setAttribute("role", "status");
  element.after(line);
  return line;
}
