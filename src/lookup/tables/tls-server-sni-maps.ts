/** tls_server_sni_maps — the certificate, with its private key, for the name that a client asks for.
 *
 * For the name itself, else a wildcard for its first label. Absent: Postfix shows its own certificate.
 * What is unusable is `later`: the handshake fails, and the client comes again.
 *
 * source   postfix postconf(5) tls_server_sni_maps: asks for the name, then `.parent` of each length, for which
 *          there is nothing left to say, for a wildcard stands for one label (RFC 6125 6.4.3)
 * security the value is a private key in clear: over a unix socket that only Postfix may open, and in no
 *          log, explanation or listing */

import { parseDomain } from '../../base/address.ts';
import { absent, found, later } from '../../base/answer.ts';
import type { CertificateFacts } from '../../certificates/read.ts';
import type { Known } from '../../database/facts.ts';
import type { Table } from './table.ts';

export const tlsServerSniMaps: Table = {
  name: 'tls_server_sni_maps',
  words: 'the certificate and private key for the name that a client asks for',
  asks: 'host',
  isSecret: true,
  *answer(asked, { note }) {
    const name = parseDomain(asked);
    if (!name) return absent;
    const keys = [name, name.replace(/^[^.]+/u, '*')];
    for (const key of keys) {
      const { value } = (yield { about: 'certificate', key, hints: keys }) as Known<CertificateFacts>;
      if (value?.kind === 'unusable') {
        note?.(key, value.why);
        return later(value.why);
      }
      note?.(key, value ? `a certificate until ${value.notAfter.toISOString()}` : 'no certificate');
      if (value) return found(value.base64);
    }
    return absent;
  },
};
