/** Offsets of reports count code points; those of the browser count UTF-16 units. Converted here and nowhere else. */

/**
 * @param {string} text
 * @returns {{toUnits: (point: number) => number, toPoints: (unit: number) => number}} both ways, for this text
 */
export function offsetsOf(text) {
  /** @type {number[]} where each code point begins */
  const starts = [];
  for (let unit = 0; unit < text.length; unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1) starts.push(unit);
  starts.push(text.length);
  return {
    toUnits: (point) => starts[Math.max(0, Math.min(point, starts.length - 1))],
    toPoints: (unit) => {
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (starts[middle] <= unit) low = middle;
        else high = middle - 1;
      }
      return low;
    },
  };
}
