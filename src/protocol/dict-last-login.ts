/** dict-last-login — the dict `lastlogin`: when somebody logged in last, as Dovecot's last_login tells it.
 *
 *   shared/last-login/<protocol>/<user>     seconds since 1970; with `precision` 3, 6 or 9 digits more
 *
 * The user is that of the transaction. The plugin tells of whatever opens a mailbox: a delivery and an
 * administrator's command are no logins, so they are passed over, and a key without a protocol cannot be told
 * from them.
 *
 * source   dovecot last-login-plugin.c (2.3, 2.4)
 * bugs     it is written, not read: look-ups are answered F. Other fields (last_login_dict_fields) are passed over */

import { later } from '../base/answer.ts';
import type { Dict } from './dict.ts';
import type { Change, Kept } from './dict-transaction.ts';

/** Nobody waits for it. Never throws. */
export type RecordLastLogin = (login: string, at: Date) => void;

const KEY = /^shared\/last-login\/(?<protocol>[^/]+)\/./u;
const NO_LOGINS: ReadonlySet<string> = new Set(['lmtp', 'lda', 'doveadm', 'quota-status', 'indexer-worker']);

export function lastLoginDict(record: RecordLastLogin): Dict {
  return {
    lookup: () => later('when somebody logged in is written here, not read'),
    write(changes, user) {
      const change = changes.find(({ path }) => path.startsWith('shared/last-login/'));
      if (!change) return changes.length === 0 ? kept : failed('there is no such key');
      const { protocol } = KEY.exec(change.path)?.groups ?? {};
      if (protocol === undefined) return failed('the key is not last-login/<protocol>/<user>');
      if (user === '' || user.includes('\0')) return failed('who logged in was not said');
      const at = momentOf(change);
      if (!at) return failed('this is no time');
      if (!NO_LOGINS.has(protocol)) record(user.toLowerCase(), at);
      return kept;
    },
  };
}

const kept: Kept = { kind: 'kept' };
const failed = (why: string): Kept => ({ kind: 'failed', why });

/** Ten digits are seconds, and will be until 2286. */
function momentOf(change: Change): Date | undefined {
  if (change.kind !== 'set' || !/^\d{10}(?:\d{3}){0,3}$/u.test(change.value)) return undefined;
  return new Date(Number(change.value.slice(0, 10)) * 1000);
}
