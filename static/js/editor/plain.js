// What a toolbar's buttons do to Markdown in a textarea. `edited` is pure; `PlainSurface` applies it.

import { tableAt } from "./table.js";

const PREFIX = {
  heading: () => "## ",
  subheading: () => "### ",
  bullets: () => "- ",
  numbers: (at) => `${at + 1}. `,
  quote: () => "> ",
};
const ANY = {
  heading: /^#{1,6}\s+/,
  subheading: /^#{1,6}\s+/,
  bullets: /^(?:[-*+]|\d+[.)])\s+/,
  numbers: /^(?:[-*+]|\d+[.)])\s+/,
  quote: /^>\s?/,
};

/**
 * What an act makes of the selection [start, end): the pieces to put in, last first, each { from, to, text }, and what
 * is selected afterwards.
 */
export function edited(text, start, end, name) {
  if (name === "bold") return wrapped(text, start, end, "**");
  if (name === "note") return noted(text, end);
  return prefixed(text, start, end, name);
}

function wrapped(text, start, end, mark) {
  const inside = text.slice(start, end);
  const size = mark.length;
  if (text.slice(start - size, start) === mark && text.slice(end, end + size) === mark) {
    return one(start - size, end + size, inside, start - size, end - size);
  }
  return one(start, end, mark + inside + mark, start + size, end + size);
}

function prefixed(text, start, end, name) {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const until = text.indexOf("\n", end);
  const to = until < 0 ? text.length : until;
  const lines = text.slice(from, to).split("\n");
  const wanted = lines.map((line, at) => PREFIX[name](at) + line.replace(ANY[name], ""));
  const same = lines.every((line, at) => line === wanted[at]);
  const made = (same ? lines.map((line) => line.replace(ANY[name], "")) : wanted).join("\n");
  if (start === end) {
    const caret = Math.max(from, start + made.length - (to - from));
    return one(from, to, made, caret, caret);
  }
  return one(from, to, made, from, from + made.length);
}

/** A mark at the cursor and its note at the end, where one goes on writing. */
function noted(text, at) {
  let number = 1;
  while (text.includes(`[^${number}]`)) number++;
  const mark = `[^${number}]`;
  const kept = text.trimEnd().length;
  const gap = /\n\[\^[^\]\n]+\]:[^\n]*$/.test("\n" + text.slice(0, kept)) ? "\n" : "\n\n";
  const note = `${gap}${mark}: `;
  const place = Math.min(at, kept);
  const caret = kept + mark.length + note.length;
  return {
    pieces: [
      { from: kept, to: text.length, text: note },
      { from: place, to: place, text: mark },
    ],
    select: [caret, caret],
  };
}

function one(from, to, text, start, end) {
  return { pieces: [{ from, to, text }], select: [start, end] };
}

export class PlainSurface {
  constructor(area) {
    this.area = area;
  }

  focus() {
    this.area.focus();
  }

  hold() {
    const { selectionStart, selectionEnd } = this.area;
    return () => {
      this.focus();
      this.area.setSelectionRange(selectionStart, selectionEnd);
    };
  }

  selected() {
    return this.area.value.slice(this.area.selectionStart, this.area.selectionEnd);
  }

  act(name) {
    const { value, selectionStart, selectionEnd } = this.area;
    const { pieces, select } = edited(value, selectionStart, selectionEnd, name);
    for (const piece of pieces) this.#put(piece.from, piece.to, piece.text);
    this.area.setSelectionRange(...select);
  }

  insert(markdown) {
    this.#put(this.area.selectionStart, this.area.selectionEnd, markdown);
  }

  table() {
    const { value, selectionStart } = this.area;
    const table = tableAt(value, selectionStart);
    if (table) {
      const { start, end } = table;
      return { markdown: value.slice(start, end), replace: (markdown) => this.#put(start, end, markdown) };
    }
    const before = value.slice(0, selectionStart);
    const air = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    return { markdown: "", replace: (markdown) => this.insert(`${air}${markdown}\n\n`) };
  }

  /** By the browser's own command where there is one, so that it can be undone. */
  #put(from, to, text) {
    this.area.focus();
    this.area.setSelectionRange(from, to);
    const did = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
    if (did || from === to && !text) return;
    this.area.setRangeText(text, from, to, "end");
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
