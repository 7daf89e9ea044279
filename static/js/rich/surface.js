// What the toolbar can do to a text in the rich editor: see editor/surfaces.js for what it may ask.

import { commandsCtx, editorViewCtx } from "@milkdown/kit/core";
import {
  liftListItemCommand,
  toggleStrongCommand,
  turnIntoTextCommand,
  wrapInBlockquoteCommand,
  wrapInBulletListCommand,
  wrapInHeadingCommand,
  wrapInOrderedListCommand,
} from "@milkdown/kit/preset/commonmark";
import { lift } from "@milkdown/kit/prose/commands";
import { Slice } from "@milkdown/kit/prose/model";
import { Selection } from "@milkdown/kit/prose/state";

export class RichSurface {
  constructor(ctx, language) {
    this.language = language;
    this.view = ctx.get(editorViewCtx);
    this.commands = ctx.get(commandsCtx);
  }

  focus() {
    this.view.focus();
  }

  act(name) {
    const acts = {
      heading: () => this.#heading(2),
      subheading: () => this.#heading(3),
      bold: () => this.#call(toggleStrongCommand),
      bullets: () => (this.#within("bullet_list") ? this.#call(liftListItemCommand) : this.#call(wrapInBulletListCommand)),
      numbers: () => (this.#within("ordered_list") ? this.#call(liftListItemCommand) : this.#call(wrapInOrderedListCommand)),
      quote: () => (this.#within("blockquote") ? lift(this.view.state, this.view.dispatch) : this.#call(wrapInBlockquoteCommand)),
      note: () => this.#note(),
    };
    acts[name]();
    this.focus();
  }

  hold() {
    const { selection } = this.view.state;
    return () => {
      this.focus();
      this.view.dispatch(this.view.state.tr.setSelection(selection));
    };
  }

  selected() {
    const { from, to } = this.view.state.selection;
    return this.view.state.doc.textBetween(from, to, " ");
  }

  /** One paragraph goes into the line, anything else between the blocks. */
  insert(markdown) {
    const { content } = this.language.parse(markdown);
    const inline = content.childCount === 1 && content.firstChild.type.name === "paragraph" && !/^\s*\n/.test(markdown);
    const slice = inline ? new Slice(content.firstChild.content, 0, 0) : new Slice(content, 0, 0);
    this.view.dispatch(this.view.state.tr.replaceSelection(slice).scrollIntoView());
    this.focus();
  }

  table() {
    const table = this.#within("table");
    if (!table) return { markdown: "", replace: (markdown) => this.insert("\n" + markdown) };
    const replace = (markdown) => {
      const made = this.language.parse(markdown).content;
      this.view.dispatch(this.view.state.tr.replaceWith(table.pos, table.pos + table.node.nodeSize, made));
      this.focus();
    };
    return { markdown: this.#markdownOf(table.node), replace };
  }

  #call(command, payload) {
    this.commands.call(command.key, payload);
  }

  #heading(level) {
    if (this.#within("heading")?.node.attrs.level === level) this.#call(turnIntoTextCommand);
    else this.#call(wrapInHeadingCommand, level);
  }

  /** The nearest block of this kind around the cursor, with its position. */
  #within(kind) {
    const { $from } = this.view.state.selection;
    for (let depth = $from.depth; depth > 0; depth--) {
      const node = $from.node(depth);
      if (node.type.name === kind) return { node, pos: $from.before(depth) };
    }
    return null;
  }

  #markdownOf(node) {
    return this.language.serialize(node.type.schema.topNodeType.create(null, [node])).trimEnd();
  }

  /** A mark at the cursor, its note at the end of the page, and the cursor in the note. */
  #note() {
    const { doc, schema, tr, selection } = this.view.state;
    const { footnote_reference: mark, footnote_definition: note, paragraph } = schema.nodes;
    const label = String(nextNumber(doc));
    tr.insert(selection.to, mark.create({ label }));
    const last = tr.doc.lastChild;
    const end = tr.doc.content.size - (last.type === paragraph && !last.childCount ? last.nodeSize : 0);
    tr.insert(end, note.create({ label }, paragraph.create()));
    tr.setSelection(Selection.near(tr.doc.resolve(end + 2)));
    this.view.dispatch(tr.scrollIntoView());
  }
}

function nextNumber(doc) {
  const taken = new Set();
  doc.descendants((node) => {
    if (node.attrs.label !== undefined) taken.add(node.attrs.label);
  });
  let number = 1;
  while (taken.has(String(number))) number++;
  return number;
}
