/** paging — a listing as pages by key: each page begins after the last row of the one before, so
 * the last page of 100,000 rows costs what the first did. */

const PAGE = 1000;

export interface Window<T> {
  /** The last row of the page before; undefined for the first page. */
  readonly after: T | undefined;
  readonly size: number;
}

/** Pages until the rows or `limit` end. */
export async function* pagesOf<T>(
  limit: number | undefined,
  fetch: (window: Window<T>) => Promise<readonly T[]>,
): AsyncGenerator<readonly T[]> {
  let left = limit ?? Number.POSITIVE_INFINITY;
  let after: T | undefined;
  while (left > 0) {
    const size = Math.min(PAGE, left);
    const page = await fetch({ after, size });
    if (page.length > 0) yield page;
    if (page.length < size) return;
    after = page.at(-1);
    left -= page.length;
  }
}

/** All rows of a listing that is known to be short. */
export async function allOf<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const rows: T[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}

/** The first row; undefined where there is none. */
export async function firstOf<T>(pages: AsyncIterable<readonly T[]>): Promise<T | undefined> {
  for await (const [row] of pages) return row;
  return undefined;
}

/** Text that stands for itself in a LIKE pattern. */
export const likeLiteral = (text: string): string => text.replace(/[\\%_]/gu, '\\$&');

/** `*` and `?` as people write them, as a LIKE pattern; null matches all. */
export const likePattern = (glob: string | undefined): string | null =>
  glob === undefined ? null : likeLiteral(glob.toLowerCase()).replaceAll('*', '%').replaceAll('?', '_');
