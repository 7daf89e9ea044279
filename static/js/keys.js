// data-keys on a region: the single keys named by data-key="H" on its buttons and links. They listen only while the
// focus is inside the region, or everywhere once the reader has switched that on (WCAG 2.1.4), never while typing.

import { word } from "./words.js";

const CHOICE = "kairan:keys";

export function listenForKeys(root) {
  const regions = root.querySelectorAll("[data-keys]");
  if (!regions.length) return;
  for (const region of regions) {
    if (!region.hasAttribute("tabindex")) region.tabIndex = -1; // so that a click into it gives it the focus
    for (const target of region.querySelectorAll("[data-key]")) {
      target.setAttribute("aria-keyshortcuts", target.dataset.key);
    }
  }
  for (const toggle of root.querySelectorAll("[data-keys-toggle]")) prepareToggle(toggle);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing || isTyping(event.target)) return;
    const region = event.target.closest?.("[data-keys]") ?? (everywhere() ? regions[0] : null);
    const wanted = event.key.toUpperCase();
    const target = [...(region?.querySelectorAll("[data-key]") ?? [])].find(
      (one) => one.dataset.key.toUpperCase() === wanted && one.checkVisibility?.() !== false,
    );
    if (!target) return;
    event.preventDefault();
    target.click();
  });
}

function everywhere() {
  return localStorage.getItem(CHOICE) === "everywhere";
}

function isTyping(element) {
  return element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName);
}

function prepareToggle(toggle) {
  const show = () => {
    toggle.hidden = false;
    toggle.setAttribute("aria-pressed", String(everywhere()));
    toggle.textContent = word(everywhere() ? "keysOn" : "keysOff");
  };
  toggle.addEventListener("click", () => {
    if (everywhere()) localStorage.removeItem(CHOICE);
    else localStorage.setItem(CHOICE, "everywhere");
    show();
  });
  show();
}
