/** smtpd_sender_login_maps — the logins that may use an address as sender.
 *
 * source   postfix smtpd_sender_login_maps, reject_sender_login_mismatch; names separated by
 *          commas. Absent means "owned by nobody": refused for those who have logged in,
 *          allowed for strangers
 * security Postfix takes names apart at commas and white space (CHARS_COMMA_SP of smtpd_check.c), so
 *          that the login `bob,alice` would let bob and alice send. Such a login is left out. An
 *          address that nobody else may use is `later`: absent would make it free for strangers
 * bugs     who has such a login cannot send through Postfix until it is changed */

import { parseAddress } from '../../base/address.ts';
import { absent, found, later } from '../../base/answer.ts';
import { printable } from '../../base/text.ts';
import { sendersOf } from '../senders.ts';
import type { Table } from './table.ts';

export const smtpdSenderLoginMaps: Table = {
  name: 'smtpd_sender_login_maps',
  words: 'the logins that may send as an address',
  asks: 'address',
  *answer(key, rules) {
    const address = parseAddress(key);
    const logins = address ? yield* sendersOf(address, rules) : [];
    const [unspeakable] = logins.filter((login) => SEPARATOR.test(login));
    if (unspeakable === undefined) return logins.length > 0 ? found(logins.join(',')) : absent;
    rules.note?.(key, unspeakableWhy(unspeakable));
    const others = logins.filter((login) => !SEPARATOR.test(login));
    return others.length > 0 ? found(others.join(',')) : later(unspeakableWhy(unspeakable));
  },
};

const SEPARATOR = /[, \t\r\n]/u;

const unspeakableWhy = (login: string): string =>
  `the login "${printable(login)}" cannot be told to Postfix, which separates names by commas and spaces`;
