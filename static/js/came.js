// data-came on the links to what a report stands in: the one from which the reader came becomes the way back above it.

export function leadBack(root) {
  let from;
  try {
    from = new URL(document.referrer);
  } catch {
    return;
  }
  if (from.origin !== location.origin) return;
  const link = [...root.querySelectorAll("a[data-came]")].find((one) => one.pathname === from.pathname);
  const step = root.querySelector(".crumbs li:nth-last-child(2) > a");
  if (!link || !step) return;
  step.href = link.href;
  step.textContent = link.dataset.came;
}
