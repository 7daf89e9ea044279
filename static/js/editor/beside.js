// data-beside on a preview: where there is room it opens by itself beside a text that is written in Markdown, its reading
// place follows, and it can be put away. js/preview.js fills it.

const CHOICE = "kairan:preview";
const ROOM = matchMedia("(min-width: 64rem)");

export function openBeside(root) {
  for (const region of root.querySelectorAll("[data-beside]")) {
    const opener = root.querySelector(`[data-preview="${region.id}"]`);
    const form = opener?.closest("form");
    if (!form) continue;
    const closer = region.querySelector("[data-beside-close]");
    closer.hidden = false;
    opener.addEventListener("click", () => localStorage.removeItem(CHOICE));
    closer.addEventListener("click", () => {
      region.hidden = true;
      localStorage.setItem(CHOICE, "closed");
      opener.focus();
    });
    follow(form, region);
    const suit = () => {
      const isRich = form.dataset.editor === "rich";
      if (isRich) region.hidden = true;
      else if (ROOM.matches && region.hidden && localStorage.getItem(CHOICE) !== "closed") opener.click();
    };
    form.addEventListener("kairan:editor", suit);
    suit();
  }
}

function follow(form, region) {
  const area = form.elements.body;
  area.addEventListener("scroll", () => scrollTo(region, area.scrollTop / (area.scrollHeight - area.clientHeight)));
  addEventListener(
    "scroll",
    () => {
      const host = form.querySelector("[data-rich-host]:not([hidden])")?.getBoundingClientRect();
      if (host) scrollTo(region, -host.top / (host.height - innerHeight));
    },
    { passive: true },
  );
}

/** Roughly the same place: the same part of the way down. */
function scrollTo(region, part) {
  if (region.hidden || !Number.isFinite(part)) return;
  region.scrollTop = Math.min(Math.max(part, 0), 1) * (region.scrollHeight - region.clientHeight);
}
