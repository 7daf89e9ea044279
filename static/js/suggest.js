// data-suggest="/search/suggest" on a text field: offers words while one types, as a combobox with a list (ARIA APG).
// Choosing one puts it into the field and sends the form. Without script the field is a plain field.

import { lineAfter, word } from "./words.js";

const PAUSE_MS = 200;

export function suggestWords(root) {
  for (const field of root.querySelectorAll("[data-suggest]")) new Suggestions(field);
}

class Suggestions {
  constructor(field) {
    this.field = field;
    this.list = document.createElement("ul");
    this.list.className = "suggestions";
    this.list.id = `${field.id}-list`;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", field.labels[0]?.textContent ?? "");
    const place = document.createElement("div");
    place.className = "suggest-place";
    field.replaceWith(place);
    place.append(field, this.list);
    this.status = lineAfter(this.list, "visually-hidden");
    for (const [name, value] of [
      ["role", "combobox"],
      ["aria-autocomplete", "list"],
      ["aria-expanded", "false"],
      ["aria-controls", this.list.id],
    ])
      field.setAttribute(name, value);
    field.autocomplete = "off";
    field.addEventListener("input", (event) => this.wait(event));
    field.addEventListener("compositionend", (event) => this.wait(event));
    field.addEventListener("keydown", (event) => this.press(event));
    field.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
  }

  wait() {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.ask(), PAUSE_MS);
  }

  async ask() {
    this.running?.abort();
    this.running = new AbortController();
    const typed = this.field.value.trim();
    if (!typed) return this.close();
    try {
      const address = `${this.field.dataset.suggest}?${new URLSearchParams({ q: typed })}`;
      const answer = await fetch(address, { signal: this.running.signal });
      if (answer.ok) this.show(await answer.json());
      else this.close();
    } catch {
      this.close(); // what is offered is a convenience: the form works without
    }
  }

  show(words) {
    if (!words.length || document.activeElement !== this.field) return this.close();
    this.list.replaceChildren(
      ...words.map((text, index) => {
        const option = document.createElement("li");
        option.id = `${this.list.id}-${index}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = text;
        return option;
      }),
    );
    this.field.removeAttribute("aria-activedescendant");
    this.list.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
    this.status.textContent = word("suggestSome", words.length);
  }

  close() {
    clearTimeout(this.pause);
    this.running?.abort();
    this.list.hidden = true;
    this.list.replaceChildren();
    this.status.textContent = "";
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  press(event) {
    if (event.isComposing || this.list.hidden) return; // the arrows belong to the input method meanwhile
    const options = [...this.list.children];
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") this.mark(options, at + 1 < options.length ? at + 1 : 0);
    else if (event.key === "ArrowUp") this.mark(options, at > 0 ? at - 1 : options.length - 1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && at >= 0) this.choose(options[at]);
    else return;
    event.preventDefault();
  }

  mark(options, at) {
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    options[at].scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", options[at].id);
  }

  choose(option) {
    if (!option) return;
    this.field.value = option.textContent;
    this.close();
    this.field.form.requestSubmit();
  }
}
