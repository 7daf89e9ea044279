// What came since the reader was here last, remembered on their device alone: the newest voice seen, by page.
// On the section of voices: data-new-since="key". Each newer voice gets data-new, and one line leads to the first.

import { word } from "./words.js";

const KEPT = "kairan:seen:";

export function markNewVoices(root) {
  for (const section of root.querySelectorAll("[data-new-since]")) {
    const key = KEPT + section.dataset.newSince;
    const voices = [...section.querySelectorAll(".voice[id]")].map((voice) => [Number(voice.id.slice(1)), voice]);
    if (!voices.length) continue;
    const newest = Math.max(...voices.map(([number]) => number));
    let seen;
    try {
      seen = Number(localStorage.getItem(key)) || 0;
      localStorage.setItem(key, String(Math.max(seen, newest)));
    } catch {
      return; // no memory on this device
    }
    const fresh = seen ? voices.filter(([number]) => number > seen) : [];
    for (const [, voice] of fresh) voice.dataset.new = word("voiceNew");
    if (fresh.length) lead(section, fresh);
  }
}

function lead(section, fresh) {
  const line = document.createElement("p");
  line.className = "notice plain";
  const link = document.createElement("a");
  link.href = `#${fresh[0][1].id}`;
  link.textContent = word("voicesNew", String(fresh.length));
  line.append(link);
  section.querySelector(".voices")?.before(line);
}
