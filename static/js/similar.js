// While a proposal is being written: proposals that seem to say the same, asked for when the writer pauses.
// On the form: data-similar="/proposals/similar?page=…"; the answer goes into [data-similar-shown], said politely.

const PAUSE = 700;

export function showSimilar(root) {
  for (const form of root.querySelectorAll("form[data-similar]")) watch(form);
}

function watch(form) {
  const shown = document.querySelector("[data-similar-shown]");
  const { title, body } = form.elements;
  if (!shown || !title || !body) return;
  let timer;
  let asked;
  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const address = new URL(form.dataset.similar, location);
    address.searchParams.set("title", title.value.slice(0, 200));
    address.searchParams.set("body", body.value.slice(0, 400));
    try {
      const answer = await fetch(address, { signal: asked.signal });
      if (answer.ok) shown.innerHTML = await answer.text();
    } catch (error) {
      if (error.name !== "AbortError") shown.textContent = "";
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
}
