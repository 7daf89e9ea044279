// One block's change carried over to the way its author had written it.

import { changes, sharedRuns } from "./diff.js";

/**
 * `source` with the change that leads from `base` to `mine`, all three Markdown of one block: `base` and `mine` as the
 * editor writes it, `source` as it was typed. Null where the change has no plain place in `source`.
 */
export function patched(base, mine, source) {
  const places = placesIn(base, source);
  let out = "";
  let done = 0;
  for (const { from, to, start, end } of changes(base, mine)) {
    const range = rangeOf(places, from, to, source.length);
    if (!range || range.start < done) return null;
    out += source.slice(done, range.start) + mine.slice(start, end);
    done = range.end;
  }
  return out + source.slice(done);
}

/** For each character of `base`, where it stands in `source`; −1 for one that the editor would have added. */
function placesIn(base, source) {
  const places = new Int32Array(base.length).fill(-1);
  for (const [i, j, length] of sharedRuns(base, source)) {
    for (let step = 0; step < length; step++) places[i + step] = j + step;
  }
  return places;
}

function rangeOf(places, from, to, length) {
  let first = from;
  let last = to;
  while (first < last && places[first] < 0) first++;
  while (last > first && places[last - 1] < 0) last--;
  if (first < last) return { start: places[first], end: places[last - 1] + 1 };
  const at = insertionPoint(places, from, to, length);
  return at === null ? null : { start: at, end: at };
}

/** Behind the character before, so that padding and line ends stay behind what is typed; else before the next. */
function insertionPoint(places, from, to, length) {
  if (from > 0 && places[from - 1] >= 0) return places[from - 1] + 1;
  if (to < places.length) return places[to] >= 0 ? places[to] : null;
  return places.length ? null : length;
}
