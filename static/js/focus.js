// data-focus: what a reader must see first, the error summary, gets the focus when the page opens.

export function focusErrors(root) {
  const first = root.querySelector("[data-focus]");
  if (first) {
    first.tabIndex = -1;
    first.focus();
  }
}
