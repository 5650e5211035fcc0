/** told — what Postfix's log tells of mail that was sent with a login: whose it is, and what became of each recipient.
 *
 * Refused is who does not exist, and nothing else: not a full mailbox, not what somebody took for spam, not a sender or
 * a host that is not wanted. Else a user would pay for what others think of his host.
 *
 *   - the next host says so of this recipient, in reply to RCPT TO, with a status that is about the address (RFC 3463
 *     5.1.x), a mailbox that is switched off (5.2.1), or one of those that large hosts give instead (5.4.1, 5.5.0);
 *     without a status with 550, 551 or 553, unless it speaks of lists and spam;
 *   - or the domain does not exist, or takes no mail, which Postfix finds in DNS.
 *
 * Whom an alias of ours led to (`orig_to`) is left out: the user did not write to him.
 *
 * source   postfix smtpd_sasl_glue.c and smtpd.c (`client=`), log_adhoc.c (`to=`), smtp_addr.c; RFC 3463, RFC 7505
 * security the log escapes what strangers say, and it stands behind all that is read here */

import { canonicalOf } from '../../base/address.ts';
import type { LogLine } from '../replay/log-line.ts';

/** `message` is unique among those that are on their way. */
export type Told = { readonly message: string } & (
  | {
      readonly kind: 'taken';
      readonly login: string;
      readonly client: string;
      /** The pid of the process that took it. */
      readonly servedBy: string;
    }
  /** A content filter has given back what it was handed as `from`. */
  | { readonly kind: 'handed-on'; readonly from: string }
  /** Delivered, or bounced; of what waits nothing is known yet. */
  | { readonly kind: 'settled'; readonly recipient: string; readonly isRefused: boolean }
  | { readonly kind: 'removed' }
);

const TAKEN =
  /^client=[^,]*\[(?<client>[^[\]]*)\](?::\d+)?, sasl_method=[^,]*, sasl_username=(?<login>.+?)(?:, sasl_sender=.*)?(?:, orig_(?:queue_id|client)=.*)?$/u;
const HANDED_ON = /^client=[^,]*, orig_queue_id=(?<from>[\dA-Za-z]+)(?:,|$)/u;
const SETTLED =
  /^to=<(?<to>.*?)>, (?:orig_to=<(?<origTo>.*?)>, )?relay=(?<relay>[^,]*), (?:[a-z_]+=[^,]*, )*?dsn=(?<dsn>\d\.\d+\.\d+), (?:[a-z_]+=[^,]*, )*?status=(?<status>sent|bounced) \((?<words>.*)/u;

/** Undefined for what tells nothing of this. */
export function toldBy({ host, program, pid, queueId, text }: LogLine): Told | undefined {
  if (queueId === '') return undefined;
  const message = `${host} ${queueId}`;
  if (program === 'smtpd') {
    const { login, client = '' } = TAKEN.exec(text)?.groups ?? {};
    if (login !== undefined) return { kind: 'taken', message, login, client, servedBy: pid };
    const { from } = HANDED_ON.exec(text)?.groups ?? {};
    return from === undefined ? undefined : { kind: 'handed-on', message, from: `${host} ${from}` };
  }
  if (program === 'qmgr') return text === 'removed' ? { kind: 'removed', message } : undefined;
  const { to, origTo, status, ...said } = SETTLED.exec(text)?.groups ?? {};
  if (to === undefined || origTo !== undefined) return undefined;
  const recipient = canonicalOf(to);
  return { kind: 'settled', message, recipient, isRefused: status === 'bounced' && isRefusal(program, said) };
}

const ABOUT_ADDRESS = /^5\.(?:1\.(?:[0-3]|6|10)|2\.1|4\.1|5\.0)$/u;
const NO_DOMAIN = /^5\.(?:1\.[0-3]|4\.4)$/u;
const MAYBE_ABOUT_US = /https?:|block|black|listed|\b[dr]b?n?s?bl\b|spam|reputation/iu;

function isRefusal(
  program: string,
  { relay, dsn = '', words = '' }: Record<string, string | undefined>,
): boolean {
  if (program !== 'smtp' && program !== 'lmtp') return false;
  if (relay === 'none') return NO_DOMAIN.test(dsn);
  if (!words.endsWith('(in reply to RCPT TO command))')) return false;
  if (dsn !== '5.0.0') return ABOUT_ADDRESS.test(dsn);
  return / said: 55[013][ -]/u.test(words) && !MAYBE_ABOUT_US.test(words);
}
