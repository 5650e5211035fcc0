/** services — which passwords of a user open which protocol.
 *
 * source   schema.md user_passwords.service; Dovecot's names of services (protocols.md 1.2)
 * security a protocol that is not known to be mail is not opened by a mail password */

const MAIL = new Set(['imap', 'pop3', 'smtp', 'sieve', 'lmtp', 'doveadm', 'jmap']);

/** Names that mean the same door. An untold protocol comes from a mail server. */
const SAME: ReadonlyMap<string, string> = new Map([
  ['', 'doveadm'],
  ['submission', 'smtp'],
  ['managesieve', 'sieve'],
  ['dovecot', 'doveadm'],
]);

/** Whether a password of `service` is tried for `protocol` (both in lower case). */
export function opens(service: string, protocol: string): boolean {
  const door = SAME.get(protocol) ?? protocol;
  return service === 'dovecot' ? MAIL.has(door) : (SAME.get(service) ?? service) === door;
}

/** Those that are tried for `protocol`. */
export const openingOnes = <P extends { readonly service: string }>(
  passwords: readonly P[],
  protocol: string,
): readonly P[] => passwords.filter(({ service }) => opens(service, protocol));

/** Whether this is a name of a mail service, in any spelling that `opens` knows. */
export const isService = (protocol: string): boolean => MAIL.has(protocol) || SAME.has(protocol);
