/** xoauth2 — XOAUTH2: `user=name^Aauth=Bearer token^A^A`, as Gmail and Outlook made it before RFC 7628.
 *
 * source   https://developers.google.com/workspace/gmail/imap/xoauth2-protocol */

import { bearer, type Presented } from './bearer.ts';
import { tokenOf } from './oauthbearer.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: it separates the fields
const MESSAGE = /^user=(?<user>[^\x01]*)\x01(?<pairs>(?:[^\x01]+\x01)+)\x01$/s;

const read = (text: string): Presented | undefined => {
  const { user = '', pairs = '' } = MESSAGE.exec(text)?.groups ?? {};
  const token = tokenOf(pairs);
  return token === undefined ? undefined : { user, token };
};

export const xoauth2 = bearer('XOAUTH2', read, { status: '401', schemes: 'bearer', scope: 'mail' });
