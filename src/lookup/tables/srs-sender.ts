/** srs_sender — the address of ours that stands for an outside sender of forwarded mail.
 *
 * Only mail that is forwarded shall be asked about (docs/srs.md): Postfix does not say to whom it goes.
 * Senders of our own stay as they are: those of every domain that the schema knows, of whatever type, of
 * virtual_alias_domains, and of DOVETAIL_SRS_EXCLUDE. So do the null sender, and one whose new address
 * would be longer than other hosts take.
 *
 * source   postfix postconf(5) sender_canonical_maps; srs.ts */

import { type Domain, parseMailbox, writeMailbox } from '../../base/address.ts';
import { type Answer, absent, found, later } from '../../base/answer.ts';
import type { Known } from '../../database/facts.ts';
import { SRS_SECRETS, type SrsSecrets } from '../facts.ts';
import { type Asking, domainFacts, type Rules, type SenderRewriting } from '../resolve.ts';
import { rewrite } from '../srs.ts';
import type { Table } from './table.ts';
import { virtualAliasDomains } from './virtual-alias-domains.ts';

export const srsSender: Table = {
  name: 'srs_sender',
  words: 'the address of ours that stands for an outside sender of forwarded mail',
  asks: 'address',
  isDated: true,
  *answer(key, rules) {
    const sender = parseMailbox(key);
    const { srs, note } = rules;
    if (!sender || !srs) return absent;
    if (isExcluded(sender.domain, srs) || (yield* isOurs(sender.domain, rules))) {
      return skip(note, key, 'a sender of our own, which stays as it is');
    }
    const secrets = yield* srsSecrets();
    const [signing] = secrets;
    if (signing === undefined) return withoutSecret;
    const local = rewrite(sender, signing, srs.today());
    const rewritten = local && writeMailbox({ local, domain: srs.domain });
    return rewritten ? found(rewritten) : skip(note, key, 'it would be too long, and stays as it is');
  },
};

export const withoutSecret = later('there is no secret to rewrite senders with: dovetail srs rotate');

export function* srsSecrets(): Asking<SrsSecrets> {
  const { value } = (yield { about: 'srs', key: SRS_SECRETS }) as Known<SrsSecrets>;
  return value ?? [];
}

const isExcluded = (domain: Domain, { domain: own, exclude }: SenderRewriting): boolean =>
  domain === own || exclude.some((one) => (one.startsWith('.') ? domain.endsWith(one) : domain === one));

function* isOurs(domain: Domain, rules: Rules): Asking<boolean> {
  if (yield* domainFacts(domain, rules.note)) return true;
  const asAlias = yield* virtualAliasDomains.answer(domain, rules);
  return asAlias.kind === 'found';
}

function skip(note: Rules['note'], key: string, why: string): Answer<never> {
  note?.(key, why);
  return absent;
}
