// The shortest way from one sequence to another (Myers 1986, greedy), for blocks as for characters.

const MOST_EDITS = 2000;

/**
 * The runs that two strings or arrays share, in order: [index in a, index in b, length].
 * Where they are more than MOST_EDITS apart, only what they begin and end with.
 */
export function sharedRuns(a, b) {
  const ends = Math.min(a.length, b.length);
  let head = 0;
  while (head < ends && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < ends - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const middle = myers(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  const runs = [[0, 0, head]];
  for (const [i, j, length] of middle) runs.push([head + i, head + j, length]);
  runs.push([a.length - tail, b.length - tail, tail]);
  return runs.filter(([, , length]) => length > 0);
}

/** What lies between the runs: {from, to} in a gives way to {start, end} in b. */
export function changes(a, b) {
  const found = [];
  let from = 0;
  let start = 0;
  for (const [i, j, length] of [...sharedRuns(a, b), [a.length, b.length, 0]]) {
    if (i > from || j > start) found.push({ from, to: i, start, end: j });
    from = i + length;
    start = j + length;
  }
  return found;
}

function myers(a, b) {
  const most = Math.min(a.length + b.length, MOST_EDITS);
  const reach = new Map([[1, 0]]); // diagonal → how far along a it has come
  const steps = [];
  for (let edits = 0; edits <= most; edits++) {
    steps.push(new Map(reach));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = comesDown(reach, diagonal, edits) ? reach.get(diagonal + 1) : reach.get(diagonal - 1) + 1;
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++;
      reach.set(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) return wayBack(steps, a.length, b.length);
    }
  }
  return [];
}

function comesDown(reach, diagonal, edits) {
  return diagonal === -edits || (diagonal !== edits && reach.get(diagonal - 1) < reach.get(diagonal + 1));
}

function wayBack(steps, x, y) {
  const runs = [];
  for (let edits = steps.length - 1; edits >= 0; edits--) {
    const reach = steps[edits];
    const diagonal = x - y;
    const before = comesDown(reach, diagonal, edits) ? diagonal + 1 : diagonal - 1;
    const fromX = edits ? reach.get(before) : 0;
    const fromY = edits ? fromX - before : 0;
    const start = edits ? (before > diagonal ? fromX : fromX + 1) : 0;
    if (x > start) runs.unshift([start, start - diagonal, x - start]);
    x = fromX;
    y = fromY;
  }
  return runs;
}
