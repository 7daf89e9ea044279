// Each module enhances one data- attribute; the pages work without any of them.

import { copyLinks } from "./copylink.js";
import { countCharacters } from "./count.js";
import { focusErrors } from "./focus.js";
import { keepDrafts } from "./keep.js";
import { listenForKeys } from "./keys.js";
import { sendOnce } from "./once.js";
import { showPreviews } from "./preview.js";

for (const enhance of [keepDrafts, countCharacters, copyLinks, listenForKeys, sendOnce, showPreviews, focusErrors]) {
  try {
    enhance(document);
  } catch (error) {
    console.error(error); // one that fails must not take the others along
  }
}
