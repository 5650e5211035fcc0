/** srs_recipient — the outside sender for whom an address of ours stands: where its bounce goes.
 *
 * An address that we did not sign, or that is older than 21 days, does not exist; nor does the catch-all
 * of its domain get its mail (resolve.ts).
 *
 * source   postfix postconf(5) recipient_canonical_maps; srs.ts */

import { parseMailbox, writeMailbox } from '../../base/address.ts';
import { absent, found } from '../../base/answer.ts';
import { isRewritten, reverse } from '../srs.ts';
import { srsSecrets, withoutSecret } from './srs-sender.ts';
import type { Table } from './table.ts';

export const srsRecipient: Table = {
  name: 'srs_recipient',
  words: 'the outside sender for whom an address of ours stands',
  asks: 'address',
  isDated: true,
  *answer(key, { srs, note }) {
    const recipient = parseMailbox(key);
    if (!recipient || recipient.domain !== srs?.domain || !isRewritten(recipient.local)) return absent;
    const secrets = yield* srsSecrets();
    if (secrets.length === 0) return withoutSecret;
    const reversed = reverse(recipient.local, secrets, srs.today());
    const sender = reversed.kind === 'sender' ? writeMailbox(reversed.sender) : undefined;
    note?.(key, reversed.kind === 'sender' ? `stands for ${sender}` : `stands for nobody: ${reversed.why}`);
    return sender === undefined ? absent : found(sender);
  },
};
