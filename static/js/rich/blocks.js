// Saving that keeps the author's own Markdown: a block that says what it said gives back its bytes, a changed one its
// bytes with just that change. Pure: `language` reads and writes, documents are ProseMirror's.

import { sharedRuns } from "./diff.js";
import { blocksOf, contentOfBlock, keyOf, likeness, saysTheSame } from "./likeness.js";
import { patched } from "./patch.js";

const ALIKE = 0.3;

/** A text taken apart: each block of its document with the piece of the text that it came from. */
export class Blocks {
  /** Null when blocks and pieces cannot be paired, or one was not read whole: then the plain editor is for this text. */
  static of(language, markdown) {
    const nodes = blocksOf(language.parse(markdown));
    const spans = language.spans(markdown);
    const paired = ({ start, content }, at) =>
      start >= (spans[at - 1]?.end ?? 0) && content === contentOfBlock(nodes[at]);
    return nodes.length === spans.length && spans.every(paired) ? new Blocks(language, markdown, nodes, spans) : null;
  }

  constructor(language, markdown, nodes, spans) {
    Object.assign(this, { language, markdown, nodes, spans });
  }

  /** The document as Markdown. `faithful` is false when reading it again would not give the document. */
  save(doc) {
    const pieces = this.#pieces(blocksOf(doc));
    if (pieces.length === this.nodes.length && pieces.every(({ old, kept }, at) => kept && old === at)) {
      return { markdown: this.markdown, faithful: true };
    }
    const ways = [
      () => this.#joined(pieces, (piece) => this.#patched(piece)),
      () => this.#joined(pieces, (piece) => this.#plain(piece.node)),
      () => this.language.serialize(doc),
    ];
    for (const way of ways) {
      const markdown = way();
      if (saysTheSame(this.language.parse(markdown), doc)) return { markdown, faithful: true };
    }
    return { markdown: ways[1](), faithful: false };
  }

  /** Each block now, with the block before that it is (`kept`) or was made of (`old`); old is null for a new one. */
  #pieces(now) {
    const runs = sharedRuns(this.nodes.map(keyOf), now.map(keyOf));
    const pieces = [];
    let old = 0;
    for (const [i, j, length] of [...runs, [this.nodes.length, now.length, 0]]) {
      while (pieces.length < j) {
        const node = now[pieces.length];
        const before = this.#likeliest(node, old, i);
        pieces.push({ node, old: before, kept: false });
        if (before !== null) old = before + 1;
      }
      for (let step = 0; step < length; step++) pieces.push({ node: now[j + step], old: i + step, kept: true });
      old = i + length;
    }
    return pieces;
  }

  #likeliest(node, from, to) {
    for (let at = from; at < to; at++) {
      const before = this.nodes[at];
      if (before.type === node.type && likeness(before.textContent, node.textContent) >= ALIKE) return at;
    }
    return null;
  }

  #joined(pieces, write) {
    let out = this.markdown.slice(0, this.spans[0]?.start ?? 0);
    let next = 0; // the first gap that has not been written yet
    pieces.forEach((piece, at) => {
      out += piece.kept ? this.#source(piece.old) : write(piece);
      const follower = pieces[at + 1];
      if (piece.old !== null) next = piece.old;
      if (piece.old !== null && follower && follower.old === piece.old + 1) {
        out += this.#gap(piece.old);
        next = follower.old;
      } else if (follower) {
        const until = follower.old ?? (piece.old === null ? next : piece.old + 1);
        out += "\n\n" + this.#definitions(next, until).map((text) => text + "\n\n").join("");
        next = until;
      }
    });
    return out + this.#ending(pieces.at(-1), next);
  }

  #ending(last, next) {
    const final = this.spans.length - 1;
    if (last && last.old === final) return this.#gap(final);
    const definitions = this.#definitions(next, this.spans.length);
    return (definitions.length ? "\n\n" + definitions.join("\n\n") : "") + /\s*$/.exec(this.markdown)[0];
  }

  /** What stands between two blocks: blank lines, and definitions of links, which the editor does not show. */
  #gap(at) {
    return this.markdown.slice(this.spans[at].end, this.spans[at + 1]?.start ?? this.markdown.length);
  }

  #definitions(from, to) {
    const found = [];
    for (let at = from; at < to; at++) found.push(this.#gap(at).trim());
    return found.filter(Boolean);
  }

  #source(at) {
    return this.markdown.slice(this.spans[at].start, this.spans[at].end);
  }

  #patched({ node, old }) {
    if (old === null) return this.#moved(node) ?? this.#plain(node);
    const text = patched(this.#plain(this.nodes[old]), this.#plain(node), this.#source(old));
    return text !== null && this.#reads(text, node) ? text : this.#plain(node);
  }

  #moved(node) {
    const from = this.nodes.findIndex((before) => keyOf(before) === keyOf(node));
    return from < 0 ? null : this.#source(from);
  }

  /** Whether `text` alone reads as this one block; notes and links of the page count as defined. */
  #reads(text, node) {
    const labels = [...new Set([...this.markdown.matchAll(/^\[\^([^\]\n]+)\]:/gm)].map((found) => found[1]))];
    const notes = node.type.name === "footnote_definition" ? [] : labels.map((label) => `[^${label}]: .`);
    const gaps = this.spans.map((_, at) => this.#gap(at).trim()).filter(Boolean);
    const read = blocksOf(this.language.parse([text, ...gaps, ...notes].join("\n\n")));
    return read.length === 1 + notes.length && keyOf(read[0]) === keyOf(node);
  }

  #plain(node) {
    const doc = node.type.schema.topNodeType.create(null, [node]);
    return this.language.serialize(doc).replace(/\n+$/, "");
  }
}
