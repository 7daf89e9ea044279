// Which editor a form is being written in. A surface is asked by the toolbar and by whoever inserts something:
//   focus()              selected() → text        insert(markdown)   at the cursor
//   hold() → back()      the cursor, kept while a dialog has the focus
//   act(name)            heading, subheading, bold, bullets, numbers, quote, note
//   table() → { markdown, replace(markdown) }      the table at the cursor, or a place for a new one

const surfaces = new WeakMap();

export function surfaceOf(form) {
  return surfaces.get(form);
}

export function useSurface(form, surface) {
  surfaces.set(form, surface);
}

/** Put Markdown at the cursor of the form's editor, whichever is open; a text with line ends around it stands alone. */
export function insertAtCursor(form, markdown) {
  surfaceOf(form)?.insert(markdown);
}
