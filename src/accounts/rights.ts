/** rights — the rights over an address that are granted for themselves: to send as it, and to manage it.
 *
 * To receive its mail is the third: that is being a destination of the alias (aliases.ts). */

import type { Address, CatchAll } from '../base/address.ts';

export type Granted = Address | CatchAll;

/** One right: where its grants are kept, and how people speak of it. */
export interface Right {
  /** As commands and audit rows call it. */
  readonly name: 'sender' | 'manager';
  readonly table: string;
  /** The column of the address. */
  readonly column: 'sender' | 'address';
  /** Completes "alice may … sales@example.org". */
  readonly verb: string;
}

export const sending: Right = {
  name: 'sender',
  table: 'unified.sender_grants',
  column: 'sender',
  verb: 'send as',
};
export const managing: Right = {
  name: 'manager',
  table: 'unified.manager_grants',
  column: 'address',
  verb: 'manage',
};
