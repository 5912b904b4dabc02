// Which pages are worth a link.

/**
 * First, last and the neighbours of a page; 0 stands for a gap.
 * @param {number} page
 * @param {number} last
 */
export function pagesAround(page, last) {
  const wanted = [1, page - 1, page, page + 1, last].filter((number) => number >= 1 && number <= last);
  const sorted = [...new Set(wanted)].sort((a, b) => a - b);
  return sorted.flatMap((number, index) => {
    const before = sorted[index - 1] ?? 0;
    if (number - before === 2) return [number - 1, number];
    return number - before > 2 ? [0, number] : [number];
  });
}
