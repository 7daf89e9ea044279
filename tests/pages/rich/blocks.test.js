// What the rich editor saves, line by line, on the five reports and on Markdown's tricky blocks.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { before, test } from "node:test";

import { Fragment, Slice } from "@milkdown/kit/prose/model";

import { Blocks } from "../../../static/js/rich/blocks.js";
import { headlessLanguage } from "./headless.js";

const REPORTS = new URL("../../../wiki/sample/content/reports/", import.meta.url);
const texts = new Map([["tricky.md", readFileSync(new URL("tricky.md", import.meta.url), "utf8")]]);
for (const name of readdirSync(REPORTS)) {
  texts.set(name, readFileSync(new URL(name, REPORTS), "utf8").replace(/^\+\+\+\n.*?\n\+\+\+\n/s, ""));
}

let language;
before(async () => {
  language = await headlessLanguage();
});

/** The document anew, so that no block is the same object. */
function copy(doc) {
  return language.schema.nodeFromJSON(doc.toJSON());
}

/** The document with `text` typed at a place. */
function typed(doc, at, text) {
  const node = language.schema.text(text, doc.resolve(at).marks());
  return doc.replace(at, at, new Slice(Fragment.from(node), 0, 0));
}

/** Where one can type: the middle and the end of each text block, with the number of its outermost block. */
function places(doc) {
  const found = [];
  doc.descendants((node, pos) => {
    if (!node.isTextblock || !node.childCount) return true;
    const block = doc.resolve(pos).index(0);
    found.push([block, pos + 1 + node.content.size]);
    if (node.firstChild.isText) found.push([block, pos + 1 + Math.ceil(node.firstChild.nodeSize / 2)]);
    return true;
  });
  return found;
}

function changedLines(a, b) {
  const [left, right] = [a.split("\n"), b.split("\n")];
  assert.equal(right.length, left.length);
  return left.filter((line, at) => line !== right[at]).length;
}

for (const [name, markdown] of texts) {
  test(`${name}: saved unchanged, it is the same byte for byte`, () => {
    const doc = language.parse(markdown);
    assert.deepEqual(Blocks.of(language, markdown).save(copy(doc)), { markdown, faithful: true });
  });

  test(`${name}: a character typed into any block changes that line and no other`, () => {
    const blocks = Blocks.of(language, markdown);
    const doc = language.parse(markdown);
    for (const [block, at] of places(doc)) {
      const saved = blocks.save(copy(typed(doc, at, "ん")));
      const where = `${doc.child(block).type.name} ${block}: ${doc.child(block).textContent.slice(0, 20)}`;
      const { start, end } = blocks.spans[block];
      assert.ok(saved.faithful, where);
      assert.ok(saved.markdown.startsWith(markdown.slice(0, start)), where);
      assert.ok(saved.markdown.endsWith(markdown.slice(end)), where);
      assert.equal(changedLines(markdown, saved.markdown), 1, where + "\n" + saved.markdown.slice(start, end + 40));
    }
  });
}

/** `markdown` saved after its blocks have been changed as a list of nodes. */
function savedAfter(markdown, change) {
  const doc = language.parse(markdown);
  const nodes = change(doc.content.content);
  return Blocks.of(language, markdown).save(doc.type.create(null, nodes));
}

function block(markdown) {
  return language.parse(markdown).firstChild;
}

const PAGE = "一つ目[^1]。\n\n* 星の\n* リスト\n\n[ref]: /there\n\n三つ目の[参照][ref]。\n\n[^1]: 注。\n";

const acts = [
  ["a block put in front", ([...all]) => [block("前に足す。"), ...all], "前に足す。\n\n" + PAGE],
  [
    "a block put in between",
    ([first, ...rest]) => [first, block("間に足す。"), ...rest],
    PAGE.replace("\n\n* 星", "\n\n間に足す。\n\n* 星"),
  ],
  ["a block added at the end", (all) => [...all, block("> 終わり")], PAGE.trimEnd() + "\n\n> 終わり\n"],
  [
    "a block taken out: the definitions beside it stay",
    ([first, , ...rest]) => [first, ...rest],
    "一つ目[^1]。\n\n[ref]: /there\n\n三つ目の[参照][ref]。\n\n[^1]: 注。\n",
  ],
  [
    "two blocks the other way round",
    ([first, list, third, note]) => [first, third, list, note],
    "一つ目[^1]。\n\n[ref]: /there\n\n三つ目の[参照][ref]。\n\n* 星の\n* リスト\n\n[^1]: 注。\n",
  ],
  ["an empty paragraph", ([first, ...rest]) => [first, language.schema.nodes.paragraph.create(), ...rest], PAGE],
  [
    "a paragraph rewritten from beginning to end",
    ([, ...rest]) => [block("ちがう話。"), ...rest],
    PAGE.replace("一つ目[^1]。", "ちがう話。"),
  ],
];

for (const [name, change, wanted] of acts) {
  test(`${name}: every other byte stays`, () => {
    assert.deepEqual(savedAfter(PAGE, change), { markdown: wanted, faithful: true });
  });
}

test("a wikilink that is typed stays a wikilink", () => {
  const { markdown } = savedAfter("前。\n", ([first]) => [
    first,
    language.schema.nodes.paragraph.create(null, language.schema.text("[[集会所]]と[x]")),
  ]);
  assert.equal(markdown, "前。\n\n[[集会所]]と\\[x]\n");
});

test("what would be marks if it were not escaped is escaped", () => {
  const { markdown, faithful } = savedAfter("前。\n", ([first]) => [
    first,
    language.schema.nodes.paragraph.create(null, language.schema.text("# 見出しではない *星*")),
  ]);
  assert.ok(faithful);
  assert.match(markdown, /\\# 見出しではない \\\*星/);
});

test("a row added to a padded table leave the other rows as they were", () => {
  const table = "| 列A | 列B  |\n|-----|:----:|\n|  一 | 二   |\n|  三 | 四   |\n";
  const { markdown, faithful } = savedAfter(table, ([before]) => {
    const row = before.lastChild;
    return [before.copy(before.content.addToEnd(row.copy(row.content)))];
  });
  assert.ok(faithful);
  assert.ok(markdown.startsWith(table.trimEnd() + "\n"), markdown);
});

test("a page without text can be written on", () => {
  const blocks = Blocks.of(language, "");
  assert.equal(blocks.save(language.parse("")).markdown, "");
  assert.equal(blocks.save(language.parse("はじめ。\n\n## 次")).markdown.trim(), "はじめ。\n\n## 次");
});

test("lines that end in CR LF, and a last line without an end, survive", () => {
  const markdown = "一つ目。\r\n\r\n二つ目。\r\n三行目";
  assert.equal(Blocks.of(language, markdown).save(language.parse(markdown)).markdown, markdown);
});

test("a thousand blocks are saved in a moment's work", () => {
  const markdown = Array.from({ length: 1000 }, (_, at) => `段落 ${at} です。\n\n`).join("");
  const doc = language.parse(markdown);
  const saved = Blocks.of(language, markdown).save(typed(doc, 3, "ん"));
  assert.equal(changedLines(markdown, saved.markdown), 1);
});

test("a text of which a block or a letter would be lost is not opened", () => {
  const losing = (lost) => ({ ...language, parse: (markdown) => language.parse(markdown.replace(lost, "")) });
  assert.ok(Blocks.of(language, PAGE));
  assert.equal(Blocks.of(losing("三つ目の[参照][ref]。"), PAGE), null);
  assert.equal(Blocks.of(losing("星"), PAGE), null);
});

test("a mark whose note was taken out is saved, and the writer is told that it reads differently", () => {
  const { markdown, faithful } = savedAfter(PAGE, (all) => all.slice(0, -1));
  assert.equal(faithful, false);
  assert.match(markdown, /^一つ目\[\^1\]。\n\n\* 星の\n/);
});
