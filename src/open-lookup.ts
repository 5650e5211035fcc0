/** open-lookup — makes the book that answers Postfix's maps, and the rules it goes by. */

import { type Clock, daysOf } from './base/clock.ts';
import { type ReadCertificateFile, readCertificates } from './certificates/read.ts';
import type { Settings } from './config/settings.ts';
import type { Ground } from './ground.ts';
import { type Book, createBook } from './lookup/book.ts';
import {
  readAddresses,
  readDomains,
  readEntries,
  readSecrets,
  readSenders,
  readSrsSecrets,
} from './lookup/read.ts';
import type { Rules } from './lookup/resolve.ts';
import { forgetTogether } from './policy/access/clients.ts';
import { readAccess, readClientAccess } from './policy/access/read.ts';

export interface OpenLookup {
  readonly book: Book;
  readonly rules: Rules;
  /** Puts other settings in force. */
  apply(settings: Settings): void;
}

export function openLookup(
  { settings, caches, clock, sparing: log }: Pick<Ground, 'settings' | 'caches' | 'clock' | 'sparing'>,
  readFile: ReadCertificateFile,
): OpenLookup {
  const book = createBook({
    addresses: caches.of('addresses', readAddresses),
    senders: caches.of('senders', readSenders),
    domains: caches.of('domains', readDomains),
    entries: caches.of('entries', readEntries),
    secrets: caches.of('secrets', readSecrets),
    srs: caches.of('srs', readSrsSecrets),
    certificates: caches.of('certificates', (database, names) =>
      readCertificates({ database, readFile, clock, log }, names),
    ),
    access: caches.of('access', readAccess),
    clientAccess: caches.of('clientAccess', readClientAccess, forgetTogether),
  });
  const rules = rulesOf(settings, clock);
  return { book, rules, apply: (next) => void Object.assign(rules, rulesOf(next, clock)) };
}

const rulesOf = (
  { recipientDelimiter: delimiters, srsDomain: domain, srsExclude: exclude }: Settings,
  clock: Clock,
): Rules => ({
  delimiters,
  srs: domain === null ? undefined : { domain, exclude, today: () => daysOf(clock.date()) },
});
