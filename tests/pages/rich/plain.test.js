// What the toolbar does to Markdown in the textarea, and tables without counting pipes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { linkOf } from "../../../static/js/editor/link.js";
import { edited } from "../../../static/js/editor/plain.js";
import { gridOf, markdownOf, tableAt } from "../../../static/js/editor/table.js";

/** The text after an act on what stands between ‹ and ›, with the new selection marked the same way. */
function after(marked, name) {
  const start = marked.indexOf("‹");
  const end = marked.indexOf("›") - 1;
  let text = marked.replace(/[‹›]/g, "");
  const { pieces, select } = edited(text, start, end, name);
  for (const piece of pieces) text = text.slice(0, piece.from) + piece.text + text.slice(piece.to);
  return text.slice(0, select[0]) + "‹" + text.slice(select[0], select[1]) + "›" + text.slice(select[1]);
}

const acts = [
  ["bold", "前の‹言葉›です", "前の**‹言葉›**です"],
  ["bold", "前の**‹言葉›**です", "前の‹言葉›です"],
  ["bold", "ここ‹›に", "ここ**‹›**に"],
  ["heading", "一\n二‹›つ目\n三", "一\n## 二‹›つ目\n三"],
  ["heading", "## 二つ‹›目", "二つ‹›目"],
  ["subheading", "## ‹二つ目›", "‹### 二つ目›"],
  ["bullets", "‹一\n二›\n三", "‹- 一\n- 二›\n三"],
  ["bullets", "‹- 一\n- 二›", "‹一\n二›"],
  ["numbers", "‹- 一\n- 二›", "‹1. 一\n2. 二›"],
  ["quote", "‹一\n\n二›", "‹> 一\n> \n> 二›"],
  ["note", "文‹›。\n", "文[^1]。\n\n[^1]: ‹›"],
  ["note", "文[^1]と文‹›。\n\n[^1]: 注。\n", "文[^1]と文[^2]。\n\n[^1]: 注。\n[^2]: ‹›"],
];

for (const [name, before, wanted] of acts) {
  test(`${name} on ${JSON.stringify(before)}`, () => assert.equal(after(before, name), wanted));
}

const TABLE = "| 列A | 列 B  |\n|-----|:----:|\n|  一 | `a \\| b`   |\n|  三 | 四   |";

test("the table at the cursor is found with all its lines, and none elsewhere", () => {
  const text = `前。\n\n${TABLE}\n\n後。`;
  const { start, end } = tableAt(text, text.indexOf("三"));
  assert.equal(text.slice(start, end), TABLE);
  assert.equal(tableAt(text, 0), null);
  assert.equal(tableAt(text, text.length), null);
  assert.equal(tableAt("題\n---\n\n文 | 文", 1), null);
});

test("cells are read as they are shown, short rows filled up", () => {
  assert.deepEqual(gridOf("a | b\n--- | ---\n1").rows, [["a", "b"], ["1", ""]]);
  assert.deepEqual(gridOf(TABLE).rows[1], ["一", "`a | b`"]);
  assert.deepEqual(gridOf(TABLE).marks, ["-----", ":----:"]);
});

test("a table put back unchanged is the same byte for byte", () => {
  assert.equal(markdownOf(gridOf(TABLE), TABLE), TABLE);
});

test("a changed cell changes its row and no other", () => {
  const grid = gridOf(TABLE);
  grid.rows[2][1] = "五|六";
  assert.equal(markdownOf(grid, TABLE), TABLE.replace("|  三 | 四   |", "| 三 | 五\\|六 |"));
});

test("a new table has no padding to keep in order", () => {
  const grid = { rows: [["年", "件数"], ["令和6", " 12 "]], marks: ["---", "---"] };
  assert.equal(markdownOf(grid), "| 年 | 件数 |\n| --- | --- |\n| 令和6 | 12 |");
});

test("a link's words and address cannot break out of it", () => {
  assert.equal(linkOf("手引き", "/reports/"), "[手引き](/reports/)");
  assert.equal(linkOf("", "https://example.jp/"), "[https://example.jp/](https://example.jp/)");
  assert.equal(linkOf("a] b", "/x (y)"), "[a\\] b](</x%20(y)>)");
});
