// data-preview="region-id" on a button in a form: shows there what the form's `body` will look like, by POST /preview.
// Once opened it follows the typing. The answer is the server's sanitized fragment.

import { word } from "./words.js";

const PAUSE_MS = 800;

export function showPreviews(root) {
  for (const button of root.querySelectorAll("[data-preview]")) {
    const form = button.closest("form");
    const region = document.getElementById(button.dataset.preview);
    if (!form || !region) continue;
    const place = region.querySelector("[data-preview-text]") ?? region;
    const refresh = newestOnly((signal) => render(form, place, signal));
    let pause;
    button.addEventListener("click", (event) => {
      event.preventDefault();
      region.hidden = false;
      refresh();
    });
    form.elements.body.addEventListener("input", () => {
      if (region.hidden) return;
      clearTimeout(pause);
      pause = setTimeout(refresh, PAUSE_MS);
    });
  }
}

/** A call that cancels the one before it, so that a slow answer never overwrites a newer one. */
function newestOnly(work) {
  let running;
  return () => {
    running?.abort();
    running = new AbortController();
    return work(running.signal);
  };
}

async function render(form, place, signal) {
  place.setAttribute("aria-busy", "true");
  const fields = new URLSearchParams({
    body: form.elements.body.value,
    section: form.elements.section?.value ?? "",
    csrf_token: form.elements.csrf_token?.value ?? "",
  });
  try {
    const answer = await fetch("/preview", { method: "POST", body: fields, signal });
    if (!answer.ok && answer.status !== 422) throw new Error(`preview: ${answer.status}`);
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...parsed.body.childNodes);
  } catch (error) {
    if (error.name === "AbortError") return;
    place.textContent = word("previewFailed");
  }
  place.removeAttribute("aria-busy");
}
