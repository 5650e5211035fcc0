/** The maps that Postfix may ask for, one file each. */

import { canonicalMaps } from './canonical-maps.ts';
import { checkClientAccess } from './check-client-access.ts';
import { checkHeloAccess } from './check-helo-access.ts';
import { checkRecipientAccess } from './check-recipient-access.ts';
import { checkSenderAccess } from './check-sender-access.ts';
import { recipientBccMaps } from './recipient-bcc-maps.ts';
import { recipientCanonicalMaps } from './recipient-canonical-maps.ts';
import { relayDomains } from './relay-domains.ts';
import { relayRecipientMaps } from './relay-recipient-maps.ts';
import { relocatedMaps } from './relocated-maps.ts';
import { senderBccMaps } from './sender-bcc-maps.ts';
import { senderCanonicalMaps } from './sender-canonical-maps.ts';
import { senderDependentDefaultTransportMaps } from './sender-dependent-default-transport-maps.ts';
import { senderDependentRelayhostMaps } from './sender-dependent-relayhost-maps.ts';
import { smtpSaslPasswordMaps } from './smtp-sasl-password-maps.ts';
import { smtpTlsPolicyMaps } from './smtp-tls-policy-maps.ts';
import { smtpdSenderLoginMaps } from './smtpd-sender-login-maps.ts';
import { srsRecipient } from './srs-recipient.ts';
import { srsSender } from './srs-sender.ts';
import type { Table } from './table.ts';
import { tlsServerSniMaps } from './tls-server-sni-maps.ts';
import { transportMaps } from './transport-maps.ts';
import { virtualAliasDomains } from './virtual-alias-domains.ts';
import { virtualAliasMaps } from './virtual-alias-maps.ts';
import { virtualMailboxDomains } from './virtual-mailbox-domains.ts';
import { virtualMailboxMaps } from './virtual-mailbox-maps.ts';

export const tables: readonly Table[] = [
  virtualMailboxDomains,
  virtualMailboxMaps,
  virtualAliasMaps,
  smtpdSenderLoginMaps,
  virtualAliasDomains,
  relayDomains,
  relayRecipientMaps,
  transportMaps,
  relocatedMaps,
  senderBccMaps,
  recipientBccMaps,
  canonicalMaps,
  senderCanonicalMaps,
  recipientCanonicalMaps,
  senderDependentRelayhostMaps,
  senderDependentDefaultTransportMaps,
  smtpSaslPasswordMaps,
  smtpTlsPolicyMaps,
  tlsServerSniMaps,
  checkClientAccess,
  checkHeloAccess,
  checkSenderAccess,
  checkRecipientAccess,
  srsSender,
  srsRecipient,
];
