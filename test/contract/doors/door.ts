/** door — what the contract suite must know of a way for Dovecot to ask. */

import type { DovecotVersion } from '../../../src/config/doors/door.ts';
import type { DovecotPart } from '../../../src/demo/machine.ts';
import type { MailProtocol } from '../../../src/demo/private-dovecot.ts';

export interface DoorContract {
  /** As in `config generate --door`. */
  readonly door: string;
  readonly versions: readonly DovecotVersion[];
  /** What of Dovecot it needs besides the protocols. */
  readonly needs: readonly Exclude<DovecotPart, MailProtocol>[];
  /** Whether a login brings its mailbox with it: then Dovecot asks once. */
  readonly prefetches: boolean;
  /** Whether `doveadm user '*'` can be answered. */
  readonly lists: boolean;
  /** What Dovecot's delivery is told of a user who was switched off. */
  readonly disabledMailbox: 'later' | 'absent';
  /** What happens to logins while the daemon is away. A wrong password is never called wrong then,
   * unless the daemon has no part in it. */
  readonly withoutDaemon: 'temporary' | 'right passwords only' | 'as ever' | 'put off until it is back';
}
