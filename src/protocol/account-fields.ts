/** account-fields — a mailbox in the words of each Dovecot: what a userdb answers. */

import { madeOnce } from '../base/made-once.ts';
import { splitOnce } from '../base/text.ts';
import { joinFields } from '../wire/tab-escape.ts';
import type { Account } from './login.ts';

/** The version whose names are wanted. */
export type Flavour = '23' | '24';

/** `key=value` for everything that Dovecot needs; `prefix` before all that is not the passdb's own. */
export function accountFields(account: Account, flavour: Flavour, prefix: '' | 'userdb_'): string[] {
  const fields = [
    ['home', account.home],
    ['uid', account.uid],
    ['gid', account.gid],
    ...mailFields[flavour](account),
  ];
  return fields.map(([name, value]) => `${prefix}${name}=${value}`);
}

/** The networks from which a password is good; Dovecot itself compares them with the client's address. */
export const networkFields = (networks: readonly string[]): string[] =>
  networks.length > 0 ? [`allow_nets=${networks.join(',')}`] : [];

/** Dovecot reads a limit of 0 as none; 1 is the nearest to nothing that it can be told. */
const limitOf = (count: number): number => Math.max(1, count);

/** The mailbox and its limits in the words of each Dovecot. */
const mailFields: Readonly<Record<Flavour, (account: Account) => (readonly [string, string])[]>> = {
  '23': ({ mail, quotaBytes, quotaMessages }) => {
    const bytes = quotaBytes === null ? [] : [`bytes=${limitOf(quotaBytes)}`];
    const messages = quotaMessages === null ? [] : [`messages=${limitOf(quotaMessages)}`];
    const limits = [...bytes, ...messages];
    return [['mail', mail], ...(limits.length > 0 ? [['quota_rule', `*:${limits.join(':')}`] as const] : [])];
  },
  '24': ({ mail, quotaBytes, quotaMessages }) => {
    const [driver, path = ''] = splitOnce(mail, ':');
    return [
      ['mail_driver', driver],
      ['mail_path', path],
      ...(quotaBytes === null ? [] : [['quota_storage_size', `${limitOf(quotaBytes)}B`] as const]),
      ...(quotaMessages === null ? [] : [['quota_message_count', `${limitOf(quotaMessages)}`] as const]),
    ];
  },
};

/** All of them on a line. Made once for an account that the cache keeps: making it costs as much as the rest of
 * an answer. */
const lineIn = (flavour: Flavour, prefix: '' | 'userdb_'): ((account: Account) => string) =>
  madeOnce((account) => joinFields(accountFields(account, flavour, prefix)));

/** What a userdb answers. */
export const mailbox = { '23': lineIn('23', ''), '24': lineIn('24', '') } as const;

/** The same from a passdb, which saves Dovecot the second question (userdb prefetch). */
export const prefetched = { '23': lineIn('23', 'userdb_'), '24': lineIn('24', 'userdb_') } as const;
