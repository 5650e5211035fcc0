/** The maps that Postfix may ask for, one file each. */

import { smtpdSenderLoginMaps } from './smtpd-sender-login-maps.ts';
import type { Table } from './table.ts';
import { virtualAliasMaps } from './virtual-alias-maps.ts';
import { virtualMailboxDomains } from './virtual-mailbox-domains.ts';
import { virtualMailboxMaps } from './virtual-mailbox-maps.ts';

export const tables: readonly Table[] = [
  virtualMailboxDomains,
  virtualMailboxMaps,
  virtualAliasMaps,
  smtpdSenderLoginMaps,
];
