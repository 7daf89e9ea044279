// The Markdown of this wiki as Milkdown reads and writes it: what wiki/text/parser.py knows, and no more.

import { parserCtx, remarkCtx, remarkStringifyOptionsCtx, serializerCtx } from "@milkdown/kit/core";
import {
  commonmark,
  headingIdGenerator,
  imageSchema,
  linkSchema,
  remarkPreserveEmptyLinePlugin,
  syncHeadingIdPlugin,
} from "@milkdown/kit/preset/commonmark";
import { gfm, remarkGFMPlugin, tableCellSchema, tableHeaderSchema } from "@milkdown/kit/preset/gfm";
import { $remark } from "@milkdown/kit/utils";
import remarkCjkFriendly from "remark-cjk-friendly";

/** The server shows HTML and task marks as the letters that they are. */
const NOT_OURS = ["htmlFlow", "htmlText", "tasklistCheck"];

const asTheServer = $remark("asTheServer", () => disableForeign);
const japanese = $remark("japanese", () => remarkCjkFriendly);

function disableForeign() {
  const settings = this.data();
  (settings.micromarkExtensions ??= []).push({ disable: { null: NOT_OURS } });
}

/** Cells are as they are typed: no alignment unless somebody sets one. */
const unaligned = [tableCellSchema, tableHeaderSchema].map((schema) =>
  schema.extendSchema((before) => (ctx) => {
    const spec = before(ctx);
    return { ...spec, attrs: { ...spec.attrs, alignment: { default: null } } };
  }),
);

/** Milkdown loses an image that has no title. */
const untitled = imageSchema.extendSchema((before) => (ctx) => {
  const spec = before(ctx);
  const runner = (state, node, type) =>
    state.addNode(type, { src: node.url, alt: node.alt ?? "", title: node.title ?? "" });
  return { ...spec, parseMarkdown: { ...spec.parseMarkdown, runner } };
});

/** What is typed behind a link does not belong to it. */
const closed = linkSchema.extendSchema((before) => (ctx) => ({ ...before(ctx), inclusive: false }));

const LEFT_OUT = [remarkPreserveEmptyLinePlugin, syncHeadingIdPlugin].flat();

export const plugins = [
  ...commonmark.filter((plugin) => !LEFT_OUT.includes(plugin)),
  ...gfm,
  ...unaligned.flat(),
  ...untitled,
  ...closed,
  ...asTheServer,
  ...japanese,
];

export function configure(ctx) {
  ctx.set(headingIdGenerator.key, () => null); // ids are the server's
  ctx.set(remarkGFMPlugin.options.key, { tablePipeAlign: false, singleTilde: false });
  ctx.update(remarkStringifyOptionsCtx, (options) => ({
    ...options,
    bullet: "-",
    rule: "-",
    listItemIndent: "one",
    fences: true,
    handlers: { ...options.handlers, text: withWikilinks(options.handlers.text) },
  }));
}

/** `[[集会所]]` is text to Markdown, whose brackets it would escape. */
function withWikilinks(write) {
  return (node, parent, state, info) =>
    write(node, parent, state, info).replace(/\\\[\\?\[([^[\]\n]+?)\\?\]\\?\]/g, "[[$1]]");
}

/** Reading and writing, as `Blocks` needs them, of a loaded editor. */
export function languageOf(ctx) {
  const remark = ctx.get(remarkCtx);
  return {
    parse: ctx.get(parserCtx),
    serialize: ctx.get(serializerCtx),
    spans(markdown) {
      const tree = remark.runSync(remark.parse(markdown), { value: markdown });
      return tree.children.map((node) => ({
        start: node.position.start.offset,
        end: node.position.end.offset,
        content: contentOf(node),
      }));
    },
  };
}

/** The letters of a piece of Markdown and how many things stand between them, as `contentOfBlock` tells of a block. */
function contentOf(node) {
  if (node.type === "break" || node.type === "image" || node.type === "footnoteReference") return "\ufffc";
  return node.children ? node.children.map(contentOf).join("") : (node.value ?? "");
}
