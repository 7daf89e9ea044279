// data-toc on a table of contents: the heading under which one reads is marked in it (aria-current), and named in its
// [data-toc-here] where it is folded. The last heading that has passed the upper third of the window counts.

const LINE = 0.3; // of the window's height
const FAR_PX = 1_000_000;

export function followReading(root) {
  const contents = [...root.querySelectorAll("[data-toc]")];
  const links = contents.flatMap((one) => [...one.querySelectorAll('a[href^="#"]')]);
  const targets = [...new Set(links.map((link) => link.hash))]
    .map((hash) => root.getElementById(decodeURIComponent(hash.slice(1))))
    .filter(Boolean);
  if (!targets.length || !("IntersectionObserver" in window)) return;

  let here;
  const show = () => {
    const line = innerHeight * LINE;
    const passed = targets.filter((target) => target.getBoundingClientRect().top <= line);
    const atEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
    const now = atEnd ? targets.at(-1) : passed.at(-1);
    if (now === here) return;
    here = now;
    for (const link of links) {
      const isHere = now && decodeURIComponent(link.hash.slice(1)) === now.id;
      if (isHere) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
    for (const one of contents) mark(one);
  };
  // all that has passed the line counts as seen, however far above: a jump over a heading is noticed as well
  const rootMargin = `${FAR_PX}px 0px -${(1 - LINE) * 100}% 0px`;
  const observer = new IntersectionObserver(show, { rootMargin, threshold: [0, 1] });
  for (const target of targets) observer.observe(target);
  show();

  for (const fold of contents.filter((one) => one.tagName === "DETAILS")) {
    fold.addEventListener("click", (event) => {
      if (event.target.closest("a")) fold.open = false; // chosen: the text is what one wants to see
    });
  }
}

function mark(contents) {
  const current = contents.querySelector("a[aria-current]");
  const place = contents.querySelector("[data-toc-here]");
  if (place) place.textContent = current?.textContent ?? "";
  if (current && contents.scrollHeight > contents.clientHeight && contents.tagName !== "DETAILS") {
    contents.scrollTop = current.offsetTop - contents.clientHeight / 2;
  }
}
