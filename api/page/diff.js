/**
 * What two texts have in common, and what was changed: lines are compared first, then the sentences of changed lines,
 * then the characters of changed sentences. Pure functions, bounded in time and memory for texts of any length.
 */

/** @typedef {[one: string, other: string, same: boolean]} Piece joined, the ones are one text, the others the other */
/** @typedef {[start: number, otherStart: number, length: number]} Run equal stretches of two lists */

const MOST_EDITS = 1_000; // that are looked at together: time and memory grow with their square
const LONG = 2_000; // characters of a changed stretch from which its parts are compared one with one
const LEAST = 2; // characters in a row that are no chance between changed ones

const graphemes = new Intl.Segmenter("zh", { granularity: "grapheme" });
const CUTS = [
  (/** @type {string} */ text) => text.match(/[^\n]*\n|[^\n]+/g) ?? [],
  (/** @type {string} */ text) =>
    text.match(/[^。！？!?；;\n]*(?:[。！？!?；;\n]+[”’」』"]*)|[^。！？!?；;\n]+/g) ?? [],
  (/** @type {string} */ text) => Array.from(graphemes.segment(text), (s) => s.segment),
];

/**
 * @param {string} one
 * @param {string} other
 * @returns {[[text: string, same: boolean][], [text: string, same: boolean][]]} each text in pieces, with whether a
 *   piece stands in the other text as well; emoji are never cut in two
 */
export function equalRuns(one, other) {
  const pieces = compared(one, other);
  const side = (/** @type {0 | 1} */ at) =>
    pieces.filter((p) => p[at]).map((p) => /** @type {[string, boolean]} */ ([p[at], p[2]]));
  return [side(0), side(1)];
}

/**
 * @param {string} one
 * @param {string} other
 * @returns {Piece[]} in order; same and changed ones take turns
 */
export const compared = (one, other) => joined(refined(one, other, 0));

/**
 * @param {string} one
 * @param {string} other
 * @returns {Piece[]} whole lines only
 */
export const comparedByLine = (one, other) => joined([...pieces(CUTS[0](one), CUTS[0](other))]);

/**
 * @param {string} one
 * @param {string} other
 * @param {number} level which of the ways to cut comes first
 * @returns {Piece[]}
 */
function refined(one, other, level) {
  if (!one || !other || one === other || level === CUTS.length) return [[one, other, one === other]];
  const cut = CUTS[level];
  const found = [...pieces(cut(one), cut(other))];
  if (level === CUTS.length - 1) return withoutChance(found);
  return found.flatMap((piece) => {
    const [here, there] = [cut(piece[0]), cut(piece[1])];
    const paired = here.length > 1 && here.length === there.length && piece[0].length + piece[1].length > LONG;
    if (paired) return here.flatMap((part, i) => refined(part, there[i], level + 1));
    return refined(piece[0], piece[1], level + 1);
  });
}

/**
 * Single characters that are equal by chance between changed ones count as changed.
 * @param {Piece[]} found
 * @returns {Piece[]}
 */
const withoutChance = (found) =>
  found.map(([one, other, same], i) => {
    const inside = i > 0 && i < found.length - 1;
    return [one, other, same && !(inside && Array.from(one).length < LEAST)];
  });

/**
 * @param {Piece[]} found
 * @returns {Piece[]} neighbours of one kind as one
 */
function joined(found) {
  /** @type {Piece[]} */
  const made = [];
  for (const [one, other, same] of found) {
    const last = made.at(-1);
    if (!one && !other) continue;
    if (last && last[2] === same) made[made.length - 1] = [last[0] + one, last[1] + other, same];
    else made.push([one, other, same]);
  }
  return made;
}

/**
 * @param {string[]} here
 * @param {string[]} there
 * @returns {Generator<Piece>}
 */
function* pieces(here, there) {
  let [x, y] = [0, 0];
  for (const [i, j, length] of [...equalStretches(here, there), [here.length, there.length, 0]]) {
    if (i > x || j > y) yield [here.slice(x, i).join(""), there.slice(y, j).join(""), false];
    const text = here.slice(i, i + length).join("");
    if (length) yield [text, text, true];
    [x, y] = [i + length, j + length];
  }
}

/**
 * The longest common subsequence in stretches (Myers' O(ND) algorithm), equal ends taken off first.
 * @param {string[]} here
 * @param {string[]} there
 * @returns {Run[]} in order
 */
function equalStretches(here, there) {
  const shorter = Math.min(here.length, there.length);
  let head = 0;
  while (head < shorter && here[head] === there[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && here.at(-1 - tail) === there.at(-1 - tail)) tail += 1;
  const middle = between(here.slice(head, here.length - tail), there.slice(head, there.length - tail));
  /** @type {Run[]} */
  const found = [
    [0, 0, head],
    ...middle.map(([i, j, length]) => /** @type {Run} */ ([i + head, j + head, length])),
    [here.length - tail, there.length - tail, tail],
  ];
  return found.filter((run) => run[2]);
}

/**
 * From the start on; where too much was changed, from the farthest place that was reached on anew.
 * @param {string[]} here
 * @param {string[]} there
 * @returns {Run[]}
 */
function between(here, there) {
  /** @type {Run[]} */
  const found = [];
  for (let [i, j] = [0, 0]; i < here.length && j < there.length; ) {
    const { stretches, x, y } = ahead(here.slice(i), there.slice(j));
    for (const [start, otherStart, length] of stretches) found.push([i + start, j + otherStart, length]);
    [i, j] = [i + x, j + y];
  }
  return found;
}

/**
 * @param {string[]} here not empty
 * @param {string[]} there not empty
 * @returns {{stretches: Run[], x: number, y: number}} how far into both it came
 */
function ahead(here, there) {
  const [n, m] = [here.length, there.length];
  const most = Math.min(n + m, MOST_EDITS);
  const reached = new Int32Array(2 * most + 3); // how far into `here`, by diagonal
  const origin = most + 1;
  /** @type {Int32Array[]} what was reached before each edit, the diagonals -d - 1 to d + 1 */
  const steps = [];
  for (let edits = 0; ; edits += 1) {
    steps.push(reached.slice(origin - edits - 1, origin + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && reached[origin + k - 1] < reached[origin + k + 1]);
      let x = down ? reached[origin + k + 1] : reached[origin + k - 1] + 1;
      while (x < n && x - k < m && here[x] === there[x - k]) x += 1;
      reached[origin + k] = x;
      if (x >= n && x - k >= m) return { stretches: wayBack(steps, x, k), x, y: x - k };
    }
    if (edits === most) {
      const k = farthest(reached, origin, edits, n, m);
      const x = reached[origin + k];
      return { stretches: wayBack(steps, x, k), x, y: x - k };
    }
  }
}

/**
 * @param {Int32Array} reached
 * @param {number} origin
 * @param {number} edits
 * @param {number} n
 * @param {number} m
 * @returns {number} the diagonal on which most of both lists is behind
 */
function farthest(reached, origin, edits, n, m) {
  let [best, most] = [0, -1];
  for (let k = -edits; k <= edits; k += 2) {
    const x = reached[origin + k];
    if (x <= n && x - k <= m && 2 * x - k > most) [best, most] = [k, 2 * x - k];
  }
  return best;
}

/**
 * @param {Int32Array[]} steps
 * @param {number} x where the way ends
 * @param {number} k on which diagonal
 * @returns {Run[]} the equal stretches on the way there
 */
function wayBack(steps, x, k) {
  /** @type {Run[]} */
  const found = [];
  for (let edits = steps.length - 1; edits >= 0; edits -= 1) {
    const before = steps[edits]; // of diagonal d at d + edits + 1
    const down = k === -edits || (k !== edits && before[k + edits] < before[k + edits + 2]);
    const start = edits === 0 ? 0 : down ? before[k + edits + 2] : before[k + edits] + 1;
    if (x > start) found.push([start, start - k, x - start]);
    k = down ? k + 1 : k - 1;
    x = down ? start : start - 1;
  }
  return found.reverse();
}
