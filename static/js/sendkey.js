// data-send-key on a form: Ctrl+Enter (Command+Enter on a Mac) sends it from any of its fields.

export function sendByKey(root) {
  for (const form of root.querySelectorAll("form[data-send-key]")) {
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[type=submit]"));
    });
  }
}
