/** srs — the Sender Rewriting Scheme: an outside sender inside an address of ours, signed and dated.
 *
 * Whoever receives forwarded mail compares the host that brings it with the sender's SPF record. So the
 * sender becomes an address of ours, from which a bounce finds its way back:
 *
 *   ann@elsewhere.example                      SRS0=Hash=TT=elsewhere.example=ann
 *   SRS0=Hash=TT=elsewhere.example=ann@second  SRS1=Hash=second==Hash=TT=elsewhere.example=ann
 *
 * The second form is for mail that was rewritten before it came here: it returns to the first host that
 * rewrote it, and the address does not grow with each host.
 *
 * source   the format of libsrs2 and postsrsd: HMAC-SHA1 over what is behind it, in base64, of which
 *          four characters are kept; days since 1970 modulo 1024, in base32; letters without regard to case
 * limits   64 octets a local part (RFC 5321 4.5.3.1.1): a longer one is not made, for there are hosts that
 *          refuse it
 * security a hash of four characters keeps strangers from sending mail through us to addresses of their
 *          choice. Every secret verifies, the first one signs */

import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Mailbox, parseDomain } from '../base/address.ts';

/** Days since 1970. */
export type Day = number;

const HASH_LENGTH = 4;
const DAYS = 1024;
/** As libsrs2 and postsrsd: longer than any queue keeps mail. */
const MAX_AGE: Day = 21;
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const MAX_LOCAL = 64;

/** Whether a local part claims to be one of these addresses, however wrong it may be. */
export const isRewritten = (local: string): boolean => /^srs[01][=+-]/iu.test(local);

/** The local part that stands for a sender; undefined where it would be too long. */
export function rewrite(sender: Mailbox, secret: string, today: Day): string | undefined {
  const local = localFor(sender, secret, today);
  return Buffer.byteLength(local) > MAX_LOCAL ? undefined : local;
}

function localFor({ local, domain }: Mailbox, secret: string, today: Day): string {
  const again = SRS1.exec(local)?.groups as { host: string; rest: string } | undefined;
  if (again) return `SRS1=${sign(secret, again.host, again.rest)}=${again.host}=${again.rest}`;
  const rest = /^srs0(?<rest>[=+-].*)$/isu.exec(local)?.groups?.rest;
  if (rest !== undefined) return `SRS1=${sign(secret, domain, rest)}=${domain}=${rest}`;
  const day = showDay(today);
  return `SRS0=${sign(secret, day, domain, local)}=${day}=${domain}=${local}`;
}

export type Reversed =
  | { readonly kind: 'sender'; readonly sender: Mailbox }
  /** No address of ours, or not any more. */
  | { readonly kind: 'none'; readonly why: string };

const none = (why: string): Reversed => ({ kind: 'none', why });

const SRS0 = /^srs0[=+-](?<hash>[^=]*)=(?<day>[^=]*)=(?<host>[^=]*)=(?<user>.+)$/isu;
const SRS1 = /^srs1[=+-](?<hash>[^=]*)=(?<host>[^=]*)=(?<rest>[=+-].+)$/isu;

/** The sender for which a local part stands. */
export function reverse(local: string, secrets: readonly string[], today: Day): Reversed {
  const direct = SRS0.exec(local)?.groups as Record<'hash' | 'day' | 'host' | 'user', string> | undefined;
  if (direct) {
    const { hash, day, host, user } = direct;
    if (!isSigned(hash, secrets, day, host, user)) return none('it is not signed by us');
    return isRecent(day, today) ? senderAt(user, host) : none(`it is older than ${MAX_AGE} days`);
  }
  const again = SRS1.exec(local)?.groups as Record<'hash' | 'host' | 'rest', string> | undefined;
  if (!again) return none('it is malformed');
  const { hash, host, rest } = again;
  // Its day is the first host's to judge.
  return isSigned(hash, secrets, host, rest) ? senderAt(`SRS0${rest}`, host) : none('it is not signed by us');
}

function senderAt(local: string, host: string): Reversed {
  const domain = parseDomain(host);
  return domain ? { kind: 'sender', sender: { local, domain } } : none('it holds no domain');
}

const sign = (secret: string, ...signed: readonly string[]): string =>
  digest(secret, signed).slice(0, HASH_LENGTH);

const digest = (secret: string, signed: readonly string[]): string =>
  createHmac('sha1', secret).update(signed.join('').toLowerCase()).digest('base64');

/** A hash that is longer than ours, as other programs may make it, is compared whole. */
function isSigned(hash: string, secrets: readonly string[], ...signed: readonly string[]): boolean {
  if (hash.length < HASH_LENGTH) return false;
  const given = Buffer.from(hash.toLowerCase());
  return secrets.some((secret) => {
    const right = Buffer.from(digest(secret, signed).slice(0, hash.length).toLowerCase());
    return right.length === given.length && timingSafeEqual(right, given);
  });
}

const showDay = (day: Day): string =>
  [(day >> 5) % 32, day % 32].map((digit) => BASE32[digit]?.toUpperCase()).join('');

function isRecent(text: string, today: Day): boolean {
  const [high, low] = [...text.toLowerCase()].map((digit) => BASE32.indexOf(digit));
  if (text.length !== 2 || high === undefined || low === undefined || high < 0 || low < 0) return false;
  const age = (today - (high * 32 + low) + DAYS) % DAYS;
  // Tomorrow is where another daemon's clock may be already.
  return age <= MAX_AGE || age === DAYS - 1;
}
