/** password-place — how a sentence about a user's password goes on: ` for imap with the label phone`. */

import type { PasswordKey } from '../accounts/passwords.ts';

/** Empty of the plain password. */
export const placeOf = ({ service, label }: PasswordKey): string =>
  `${service === 'dovecot' ? '' : ` for ${service}`}${label === '' ? '' : ` with the label ${label}`}`;
