/** refusal — whether the database said no, or was not there to say anything. */

const hasCode = (error: unknown, codes: RegExp): boolean =>
  error instanceof Error && 'code' in error && codes.test(`${error.code as string}`);

/** Data that does not fit (SQLSTATE classes 22 and 23) or a right that is missing (42501): it will be
 * refused the next time too. */
export const isRefusal = (error: unknown): boolean => isUnfit(error) || isRightMissing(error);

/** A right is missing (42501): another login may have it. */
export const isRightMissing = (error: unknown): boolean => hasCode(error, /^42501/u);

/** Only the data: others may fit. */
export const isUnfit = (error: unknown): boolean => hasCode(error, /^(?:22|23)/u);
