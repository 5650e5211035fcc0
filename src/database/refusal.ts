/** refusal — whether the database said no, or was not there to say anything. */

/** Data that does not fit (SQLSTATE classes 22 and 23) or a right that is missing (42501): it will be
 * refused the next time too. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(?:22|23|42501)/u.test(`${error.code as string}`);
