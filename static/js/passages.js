// data-passages on a text: words that are selected in it, by mouse, finger or keyboard, can be spoken of. A button comes
// up at the selection; it opens the form that the page holds in <template id="speak-form">, with the words in it, and from there the
// editor in which other words for them can be suggested.

const CONTEXT = 64;
const WAIT_MS = 250;
const LONGEST_IN_ADDRESS = 300;

export function speakOfPassages(root) {
  const text = root.querySelector("[data-passages]");
  const template = root.querySelector("#speak-form");
  if (!text || !template) return;
  let timer = 0;
  let button = null;
  const offer = () => {
    const range = selected(text);
    button?.remove();
    button = null;
    if (!range) return;
    const fields = quoteOf(text, range); // before the button's own words stand in the text
    button = buttonAt(range, template.dataset.label, () => open(template, fields));
  };
  document.addEventListener("selectionchange", () => {
    if (button?.contains(document.activeElement)) return; // on the way to the button by Tab
    clearTimeout(timer);
    timer = setTimeout(offer, WAIT_MS);
  });
}

function selected(text) {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const inside = text.contains(range.commonAncestorContainer);
  return inside && range.toString().trim() ? range.cloneRange() : null;
}

function quoteOf(text, range) {
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const after = document.createRange();
  after.setStart(range.endContainer, range.endOffset);
  after.setEnd(text, text.childNodes.length);
  return {
    anchor_quote: range.toString().trim(),
    anchor_prefix: before.toString().slice(-CONTEXT),
    anchor_suffix: after.toString().slice(0, CONTEXT),
  };
}

function buttonAt(range, label, press) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button main speak";
  button.textContent = label;
  button.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
  button.addEventListener("click", press);
  const boxes = range.getClientRects();
  const last = boxes[boxes.length - 1] ?? range.getBoundingClientRect();
  // behind the block in which the selection ends, so that Tab reaches it next
  const end = range.endContainer.nodeType === Node.TEXT_NODE ? range.endContainer.parentElement : range.endContainer;
  const block = end.closest("p, li, h2, h3, h4, h5, h6, pre, figure, .table-scroll, [data-passages] > *") ?? end;
  block.after(button);
  const frame = (button.offsetParent ?? document.body).getBoundingClientRect();
  const width = button.offsetWidth;
  button.style.insetBlockStart = `${last.bottom - frame.top + 8}px`;
  button.style.insetInlineStart = `${Math.max(0, Math.min(last.right - frame.left - width / 2, frame.width - width))}px`;
  return button;
}

function open(template, fields) {
  const dialog = template.content.firstElementChild.cloneNode(true);
  dialog.querySelector("[data-words]").textContent = fields.anchor_quote;
  for (const [name, value] of Object.entries(fields)) dialog.querySelector(`[name=${name}]`).value = value;
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  const suggest = dialog.querySelector("[data-suggest]");
  if (suggest) suggest.search = new URLSearchParams({
    quote: fields.anchor_quote.slice(0, LONGEST_IN_ADDRESS),
    prefix: fields.anchor_prefix,
  });
  dialog.showModal();
  dialog.querySelector("textarea").focus();
}
