// A Markdown table as rows of cells, and back. Pure. A row whose cells are as they were keeps its bytes.

const DELIMITER = /^\s{0,3}\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

/** The table around a place in a text: { start, end } of its lines; null where there is none. */
export function tableAt(text, at) {
  const lines = text.split("\n");
  const starts = [];
  lines.reduce((start, line) => (starts.push(start), start + line.length + 1), 0);
  for (let row = 1; row < lines.length; row++) {
    if (!isHead(lines[row - 1], lines[row])) continue;
    let last = row;
    while (last + 1 < lines.length && lines[last + 1].trim()) last++;
    const [start, end] = [starts[row - 1], starts[last] + lines[last].length];
    if (start <= at && at <= end) return { start, end };
    row = last;
  }
  return null;
}

/** A table to work on: its rows of cells, the head first, and for each column its mark (---, :-: …). */
export function gridOf(markdown) {
  const lines = markdown.split("\n");
  const rows = [lines[0], ...lines.slice(2)].map(cellsOf);
  const width = rows[0].length;
  const marks = cellsOf(lines[1]);
  return { rows: rows.map((row) => Array.from({ length: width }, (_, at) => row[at] ?? "")), marks };
}

/** The grid as Markdown, without padding; `before` is the table that it was, or "". */
export function markdownOf({ rows, marks }, before = "") {
  const known = new Map();
  let delimiter = lineOf(marks);
  if (before) {
    const lines = before.split("\n");
    const was = gridOf(before);
    was.rows.forEach((row, at) => known.set(JSON.stringify(row), lines[at && at + 1]));
    if (JSON.stringify(was.marks) === JSON.stringify(marks)) delimiter = lines[1];
  }
  const written = rows.map((row) => known.get(JSON.stringify(row)) ?? lineOf(row));
  return [written[0], delimiter, ...written.slice(1)].join("\n");
}

function isHead(head, delimiter) {
  return delimiter.includes("-") && DELIMITER.test(delimiter) && head.includes("|")
    && cellsOf(head).length === cellsOf(delimiter).length;
}

function cellsOf(line) {
  const cells = line.trim().split(/(?<!\\)\|/);
  if (!cells[0].trim()) cells.shift();
  if (cells.length && !cells.at(-1).trim()) cells.pop();
  return cells.map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function lineOf(cells) {
  const written = cells.map((cell) => cell.replace(/\s*\n\s*/g, " ").trim().replaceAll("|", "\\|"));
  return `| ${written.join(" | ")} |`;
}
