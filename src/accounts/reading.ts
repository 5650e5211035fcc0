/** reading — what people write, made into what the services take: each either read or refused.
 *
 * Addresses and domains become canonical here and are not looked at again (base/address.ts). */

import {
  type Address,
  type CatchAll,
  type Domain,
  parseAddress,
  parseCatchAll,
  parseDomain,
} from '../base/address.ts';
import { canonicalNetwork, isAddress, isNetwork, networkAround } from '../base/network.ts';
import { parseSize } from '../base/sizes.ts';
import { printable } from '../base/text.ts';
import { done, type Outcome, refused } from './outcome.ts';

const quoted = (text: string): string => JSON.stringify(printable(text, 80)).replaceAll('\\\\', '\\');

const orRefused = <T>(value: T | undefined, why: string, advice: string): Outcome<T> =>
  value === undefined ? refused(why, advice) : done(value);

/** Postfix asks for `a b@example.org` without quotes too; of people it is a slip of the finger. */
function parseWritten(text: string): Address | undefined {
  const address = parseAddress(text);
  return address?.startsWith('"') && !text.startsWith('"') ? undefined : address;
}

export const readAddress = (text: string): Outcome<Address> =>
  orRefused(parseWritten(text), `${quoted(text)} is no mail address`, 'write it as name@example.org');

export const readDomain = (text: string): Outcome<Domain> =>
  orRefused(parseDomain(text), `${quoted(text)} is no domain`, 'write it as example.org');

/** An address, or `@domain` for all of a domain. */
export const readAddressOrCatchAll = (text: string): Outcome<Address | CatchAll> =>
  orRefused<Address | CatchAll>(
    text.startsWith('@') ? parseCatchAll(text) : parseWritten(text),
    `${quoted(text)} is neither an address nor @domain`,
    'write it as name@example.org or @example.org',
  );

/** An address, `@domain`, or `.domain` for everything below a domain. */
export function readAddressPattern(text: string): Outcome<string> {
  const below = text.startsWith('.') ? parseDomain(text.slice(1)) : undefined;
  const pattern = below ? `.${below}` : (parseCatchAll(text) ?? parseWritten(text));
  const advice = 'write it as name@example.net, @example.net or .example.net';
  return orRefused<string>(pattern, `${quoted(text)} is neither an address nor a domain`, advice);
}

/** A network as PostgreSQL writes it: a single address with its prefix, too. */
export function readNetwork(text: string): Outcome<string> {
  return isNetwork(text) ? done(canonicalNetwork(text)) : noNetwork(text);
}

function noNetwork(text: string): Outcome<never> {
  const around = networkAround(text);
  return around === undefined
    ? refused(`${quoted(text)} is no network`, 'write it as 192.0.2.0/24, 2001:db8::/32 or one address')
    : refused(`${quoted(text)} is no network, but an address in one`, `write it as ${around}`);
}

/** The address of a client. */
export const readClient = (text: string): Outcome<string> =>
  orRefused(
    isAddress(text) ? text : undefined,
    `${quoted(text)} is no IP address`,
    'write it as 192.0.2.7 or 2001:db8::7',
  );

/** As in transport(5), `smtp:[10.0.0.7]:25`; null for `none`. */
export function readTransport(text: string): Outcome<string | null> {
  if (text === 'none') return done(null);
  const isTransport = /^[\w-]*:\S*$/u.test(text) && text !== ':';
  const advice = 'write it as smtp:[10.0.0.7]:25, smtp:mx.example.org or none';
  return isTransport ? done(text) : refused(`${quoted(text)} is no transport`, advice);
}

/** Bytes; null for `unlimited`. */
export const readSize = (text: string): Outcome<number | null> =>
  orRefused(parseSize(text), `${quoted(text)} is no size`, 'write it as 500M, 2G or unlimited');

/** A whole number from 0 on; null for `unlimited`. */
export function readCount(text: string): Outcome<number | null> {
  if (text === 'unlimited') return done(null);
  const count = /^\d{1,9}$/u.test(text) ? Number(text) : undefined;
  return orRefused(count, `${quoted(text)} is no number`, 'write it as 100 or unlimited');
}

/** Networks in CIDR notation, with no bit set behind the prefix; a single address is one, too. */
export function readNetworks(texts: readonly string[]): Outcome<readonly string[]> {
  if (texts.length === 1 && texts[0] === 'anywhere') return done([]);
  const wrong = texts.find((text) => !isNetwork(text));
  return wrong === undefined ? done(texts) : noNetwork(wrong);
}

const SPAN = /^(?<count>\d{1,5})(?<unit>[hdw])$/u;
const HOURS = { h: 1, d: 24, w: 168 } as const;

/** A moment to come: `2027-01-31`, `2027-01-31T12:00Z`, or a span from now: `12h`, `30d`, `4w`;
 * null for `never`. A date without a time is its midnight in UTC. */
export function readMoment(text: string, now: Date): Outcome<Date | null> {
  if (text === 'never') return done(null);
  const moment = momentOf(text, now, 1);
  if (!moment) return refused(`${quoted(text)} is no moment`, 'write it as 2027-01-31, 30d or never');
  return moment > now ? done(moment) : refused(`${quoted(text)} has passed`, 'name a moment to come');
}

/** A date, or a span from now in one of the two directions. */
function momentOf(text: string, now: Date, direction: 1 | -1): Date | undefined {
  const { count, unit } = SPAN.exec(text)?.groups ?? {};
  const moment = unit
    ? new Date(now.getTime() + direction * Number(count) * HOURS[unit as keyof typeof HOURS] * 3_600_000)
    : new Date(/^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/u.test(text) ? text : Number.NaN);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}

/** A moment that has passed: `2026-11-01`, `2026-11-01T12:00Z`, or a span back from now: `12h`, `30d`, `4w`. */
export function readSince(text: string, now: Date): Outcome<Date> {
  const moment = momentOf(text, now, -1);
  if (!moment) return refused(`${quoted(text)} is no moment`, 'write it as 2026-11-01, 12h or 30d');
  return moment <= now
    ? done(moment)
    : refused(`${quoted(text)} is still to come`, 'name a moment that has passed');
}

/** Whole months, from one on: `12months`, `1month`, `2years`. */
export function readMonths(text: string): Outcome<number> {
  const { count, unit } = /^(?<count>[1-9]\d{0,2}) ?(?<unit>month|year)s?$/u.exec(text)?.groups ?? {};
  const months = count === undefined ? undefined : Number(count) * (unit === 'year' ? 12 : 1);
  return orRefused(months, `${quoted(text)} is no number of months`, 'write it as 12months or 2years');
}

/** Length in characters, as NIST SP 800-63B asks of a password that a person chose. */
export const MIN_PASSWORD = 8;
// Longer ones only cost time to hash; dovetail's own protocols carry 512 bytes (checkpassword).
const MAX_PASSWORD_BYTES = 256;

/** Whether a new password will do. `names` are what an attacker tries first: the address, the login. */
export function readPassword(password: string, names: readonly string[]): Outcome<string> {
  const advice = `choose one of ${MIN_PASSWORD} characters or more`;
  if (password.length === 0) return refused('the password is empty', advice);
  if (/\p{Cc}/u.test(password))
    return refused('the password holds a control character or a line break', 'type it again');
  if ([...password].length < MIN_PASSWORD)
    return refused(`the password has fewer than ${MIN_PASSWORD} characters`, advice);
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) {
    return refused(`the password is longer than ${MAX_PASSWORD_BYTES} bytes`, 'choose a shorter one');
  }
  const plain = password.toLowerCase();
  const guessable = names.some((name) => plain === name.toLowerCase()) || new Set(plain).size === 1;
  return guessable
    ? refused('the password is the first that an attacker would try', 'choose another')
    : done(password);
}
