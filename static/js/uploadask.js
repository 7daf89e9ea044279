// The question before a picture is sent: what does it show? In the dialog of templates/attachments/_dialog.html.

const SHOWN_WIDTH = 480;

/** The words for the file's form: `alt`, `decorative`, `caption`. None for what is no picture; null: do not send it. */
export function askAbout(file) {
  const dialog = document.querySelector("[data-upload-dialog]");
  if (!dialog || !file.type.startsWith("image/") || file.type === "image/svg+xml") return Promise.resolve({});
  const part = (name) => dialog.querySelector(`[data-upload-${name}]`);
  const alt = part("alt");
  const decorative = part("decorative");
  const caption = part("caption");
  const error = dialog.querySelector("#upload-alt-error");
  const complain = (wrong) => {
    error.hidden = !wrong;
    part("alt-field").classList.toggle("wrong", wrong);
    alt.toggleAttribute("aria-invalid", wrong);
    if (wrong) alt.setAttribute("aria-invalid", "true");
    alt.setAttribute("aria-describedby", wrong ? "upload-alt-hint upload-alt-error" : "upload-alt-hint");
  };
  alt.value = caption.value = "";
  decorative.checked = false;
  complain(false);
  part("name").textContent = file.name;
  show(file, part("shown"));
  const from = document.activeElement;
  const cursor = [from?.selectionStart, from?.selectionEnd]; // browsers put it at the start when the focus comes back
  return new Promise((resolve) => {
    const check = (event) => {
      if (event.submitter?.value === "cancel" || alt.value.trim() || decorative.checked) return;
      event.preventDefault();
      complain(true);
      alt.focus();
    };
    dialog.addEventListener("submit", check);
    dialog.addEventListener(
      "close",
      () => {
        dialog.removeEventListener("submit", check);
        from?.focus?.();
        if (Number.isInteger(cursor[0])) from.setSelectionRange(...cursor);
        const words = { alt: decorative.checked ? "" : alt.value, caption: caption.value };
        resolve(dialog.returnValue === "send" ? { ...words, ...(decorative.checked && { decorative: "y" }) } : null);
      },
      { once: true },
    );
    dialog.returnValue = "";
    dialog.showModal();
    alt.focus();
  });
}

/** The picture on the canvas; nothing where the browser cannot read it. */
async function show(file, canvas) {
  canvas.width = canvas.height = 1;
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, SHOWN_WIDTH / bitmap.width);
    canvas.width = Math.max(2, Math.round(bitmap.width * scale));
    canvas.height = Math.max(2, Math.round(bitmap.height * scale));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
  } catch {
    // the server will say what is wrong with it
  }
}
