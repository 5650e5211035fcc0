/** known-answer — a hash that another program made, or that a standard prints. */

export const PASSWORDS = {
  plain: 'test',
  'UTF-8': 'pä$swörd🔑',
  '70 characters': '0123456789'.repeat(7),
} as const;

export interface KnownAnswer {
  /** The command or the document: anybody can make it again. */
  readonly madeBy: string;
  readonly password: string;
  readonly hash: string;
}
