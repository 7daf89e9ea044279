// When two documents, or two of their blocks, say the same.

/** Attributes that follow from a block's place or from how it was typed, not from what it says. */
const DERIVED = {
  heading: ["id"],
  list_item: ["label", "listType", "spread"],
  bullet_list: ["spread"],
  ordered_list: ["spread"],
};

const keys = new WeakMap();

/** A string that two blocks share exactly when they say the same. */
export function keyOf(node) {
  let key = keys.get(node);
  if (key === undefined) keys.set(node, (key = JSON.stringify(meaning(node.toJSON()))));
  return key;
}

/** The blocks of a document; paragraphs left empty are not written, so they are not there. */
export function blocksOf(doc) {
  const blocks = [];
  doc.forEach((node) => {
    if (node.type.name !== "paragraph" || node.childCount) blocks.push(node);
  });
  return blocks;
}

/** The letters of a block, with one character for each thing that is none. */
export function contentOfBlock(node) {
  let content = "";
  node.descendants((inner) => {
    if (inner.isText) content += inner.text;
    else if (inner.isLeaf && inner.isInline) content += "\ufffc";
  });
  return content;
}

export function saysTheSame(a, b) {
  const [left, right] = [blocksOf(a), blocksOf(b)];
  return left.length === right.length && left.every((node, at) => keyOf(node) === keyOf(right[at]));
}

/** How much of two texts is the same from either end: 0 to 1. */
export function likeness(a, b) {
  const longest = Math.max(a.length, b.length);
  if (!longest) return 1;
  const shortest = Math.min(a.length, b.length);
  let same = 0;
  while (same < shortest && a[same] === b[same]) same++;
  let tail = 0;
  while (tail < shortest - same && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return (same + tail) / longest;
}

function meaning(json) {
  const plain = { type: json.type };
  const attrs = said(json.attrs, DERIVED[json.type]);
  if (attrs) plain.attrs = attrs;
  if (json.text !== undefined) plain.text = json.text;
  if (json.marks) plain.marks = json.marks.map((mark) => ({ type: mark.type, attrs: said(mark.attrs) }));
  if (json.content) {
    const content = json.content.map(meaning);
    plain.content = json.type === "code_block" ? content : withoutEdges(content);
  }
  return plain;
}

function said(attrs, derived = []) {
  const kept = Object.entries(attrs ?? {}).filter(
    ([name, value]) => value !== null && value !== undefined && value !== "" && !derived.includes(name),
  );
  return kept.length ? Object.fromEntries(kept) : undefined;
}

/** Markdown drops blanks at the ends of a line, and a break that nothing follows. */
function withoutEdges(content) {
  const kept = [...content];
  while (kept.at(-1)?.type === "hardbreak") kept.pop();
  const isEdge = (node) => node === undefined || node.type === "hardbreak";
  return kept
    .map((node, at) => {
      if (node.type !== "text") return node;
      let text = node.text;
      if (isEdge(kept[at - 1])) text = text.replace(/^[ \t]+/, "");
      if (isEdge(kept[at + 1])) text = text.replace(/[ \t]+$/, "");
      return { ...node, text };
    })
    .filter((node) => node.type !== "text" || node.text);
}
