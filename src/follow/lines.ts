/** lines — the bytes of a file that grows, as lines.
 *
 * limits   a longer line is passed over, and no more of it is kept than that */

const LINE_FEED = 0x0a;
const NOTHING = Buffer.alloc(0);

export interface Lines {
  /** Those that are whole now, without their ends; malformed UTF-8 as U+FFFD. The bytes are the caller's again. */
  take(bytes: Buffer): string[];
  /** How many were passed over. */
  tooLong(): number;
}

/** `limit`: octets of a line. */
export function createLines(limit = 8192): Lines {
  /** Of the line that has not ended; undefined of one that is passed over. */
  let rest: Buffer | undefined = NOTHING;
  let tooLong = 0;

  function grow(bytes: Buffer): void {
    if (rest === undefined || bytes.length === 0) return;
    const isTooLong = rest.length + bytes.length > limit;
    if (isTooLong) tooLong += 1;
    rest = isTooLong ? undefined : Buffer.concat([rest, bytes]);
  }

  return {
    take(bytes) {
      const lines: string[] = [];
      let start = 0;
      for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, start)) {
        if (rest?.length === 0 && at - start <= limit) lines.push(bytes.toString('utf8', start, at));
        else {
          grow(bytes.subarray(start, at));
          if (rest !== undefined) lines.push(rest.toString());
        }
        rest = NOTHING;
        start = at + 1;
      }
      grow(bytes.subarray(start));
      return lines;
    },
    tooLong: () => tooLong,
  };
}
