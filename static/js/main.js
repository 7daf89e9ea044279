// Each module enhances one data- attribute; the pages work without any of them.

import { leadBack } from "./came.js";
import { copyLinks } from "./copylink.js";
import { copyTexts } from "./copytext.js";
import { countCharacters } from "./count.js";
import { saveDrafts } from "./draft.js";
import { openBeside } from "./editor/beside.js";
import { openEditors } from "./editor/editor.js";
import { linkSections } from "./editor/sections.js";
import { focusErrors } from "./focus.js";
import { keepDrafts } from "./keep.js";
import { listenForKeys } from "./keys.js";
import { markNewVoices } from "./newvoices.js";
import { openNotes } from "./notes.js";
import { sendOnce } from "./once.js";
import { orderRows } from "./order.js";
import { showPreviews } from "./preview.js";
import { speakOfPassages } from "./passages.js";
import { openSeals } from "./seals.js";
import { sendByKey } from "./sendkey.js";
import { showSimilar } from "./similar.js";
import { suggestWords } from "./suggest.js";
import { followReading } from "./toc.js";
import { takeFiles } from "./upload.js";
import { offerPages } from "./wikilinks.js";

const ENHANCEMENTS = [
  keepDrafts,
  saveDrafts,
  countCharacters,
  copyLinks,
  copyTexts,
  listenForKeys,
  sendOnce,
  showPreviews,
  openBeside,
  openEditors,
  linkSections,
  takeFiles,
  offerPages,
  suggestWords,
  showSimilar,
  orderRows,
  followReading,
  openNotes,
  markNewVoices,
  speakOfPassages,
  openSeals,
  sendByKey,
  leadBack,
  focusErrors,
];

for (const enhance of ENHANCEMENTS) {
  try {
    enhance(document);
  } catch (error) {
    console.error(error); // one that fails must not take the others along
  }
}
