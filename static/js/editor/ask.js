// A dialog that asks for something: `put` is called, at once and with the cursor back where it was, when it is given.

export function ask(surface, dialog, put) {
  const back = surface.hold();
  const over = new AbortController();
  const { signal } = over;
  const answer = (event) => {
    event.preventDefault();
    over.abort();
    dialog.close();
    back();
    if (event.submitter?.value === "put") put();
  };
  const leave = () => {
    over.abort();
    back();
  };
  dialog.addEventListener("submit", answer, { signal });
  dialog.addEventListener("close", leave, { signal });
  dialog.showModal();
  return signal;
}
