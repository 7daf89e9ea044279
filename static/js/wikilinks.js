// data-wikilinks on a textarea: behind "[[" it offers pages to link to. Arrows choose, Enter or Tab takes, Escape closes.
// The list is a listbox of which the textarea is told by aria-activedescendant; without it one types the title.

import { lineAfter, word } from "./words.js";

const PAUSE_MS = 200;
const LONGEST = 60;

export function offerPages(root) {
  for (const area of root.querySelectorAll("textarea[data-wikilinks]")) new Offer(area);
}

class Offer {
  constructor(area) {
    this.area = area;
    this.status = lineAfter(area, "visually-hidden");
    this.list = document.createElement("ul");
    this.list.className = "offer";
    this.list.id = `${area.id}-offer`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", word("wikilinksOffer"));
    this.list.hidden = true;
    area.after(this.list);
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-controls", this.list.id);
    area.addEventListener("input", () => this.ask());
    area.addEventListener("keydown", (event) => this.onKey(event));
    area.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.take(event.target.closest("[role=option]")));
  }

  /** What stands between the nearest "[[" and the cursor on this line; null when there is no open one. */
  typed() {
    const before = this.area.value.slice(0, this.area.selectionStart);
    const start = before.lastIndexOf("[[");
    const words = before.slice(start + 2);
    return start < 0 || words.length > LONGEST || /[\]\n|｜#＃]/.test(words) ? null : words;
  }

  ask() {
    clearTimeout(this.pause);
    this.running?.abort();
    const words = this.typed();
    if (!words?.trim()) return this.close();
    this.pause = setTimeout(() => this.fetch(words), PAUSE_MS);
  }

  async fetch(words) {
    this.running = new AbortController();
    try {
      const address = `/reports/titles?${new URLSearchParams({ q: words })}`;
      const answer = await fetch(address, { signal: this.running.signal });
      if (!answer.ok) throw new Error(`titles: ${answer.status}`);
      this.show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") this.close(); // an offer, not a need: one may go on typing
    }
  }

  show(pages) {
    if (!pages.length || this.typed() === null) return this.close();
    this.list.replaceChildren(...pages.map((page, number) => this.option(page, number)));
    this.list.hidden = false;
    this.choose(0);
    this.status.textContent = word("wikilinksFound", pages.length);
  }

  option(page, number) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${number}`;
    option.setAttribute("role", "option");
    option.dataset.link = page.link;
    option.lang = "ja";
    const slug = document.createElement("small");
    slug.textContent = page.slug;
    option.append(page.title, " ", slug);
    return option;
  }

  choose(number) {
    const options = [...this.list.children];
    this.chosen = (number + options.length) % options.length;
    for (const [at, option] of options.entries()) option.setAttribute("aria-selected", String(at === this.chosen));
    options[this.chosen].scrollIntoView({ block: "nearest" });
    this.area.setAttribute("aria-activedescendant", options[this.chosen].id);
  }

  onKey(event) {
    if (this.list.hidden || event.isComposing || event.keyCode === 229) return; // 229: Safari, ending a composition
    if (event.key === "ArrowDown") this.choose(this.chosen + 1);
    else if (event.key === "ArrowUp") this.choose(this.chosen - 1);
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.list.children[this.chosen]);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  /** Put the link in place of what was typed, as an edit that the browser can undo. */
  take(option) {
    const words = this.typed();
    if (!option || words === null) return this.close();
    const end = this.area.selectionStart;
    const closed = this.area.value.startsWith("]]", end) ? 2 : 0;
    this.area.focus();
    this.area.setSelectionRange(end - words.length - 2, end + closed);
    if (!document.execCommand?.("insertText", false, option.dataset.link)) {
      this.area.setRangeText(option.dataset.link, end - words.length - 2, end + closed, "end");
      this.area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.close();
  }

  close() {
    this.list.hidden = true;
    this.area.removeAttribute("aria-activedescendant");
    this.status.textContent = "";
  }
}
