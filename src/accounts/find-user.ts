/** find-user — the user whom people mean: by login name or by address, in any letter case. */

import { type Address, canonicalOf, type Domain } from '../base/address.ts';
import { printable } from '../base/text.ts';
import type { Sql } from './change.ts';
import { done, type Outcome, refused } from './outcome.ts';

export interface UserRef {
  readonly id: number;
  readonly username: string;
  readonly email: Address;
  readonly domain: Domain;
}

/** `lock` holds the user's row until the change ends. A login name with an @ is its own address,
 * so no text means two users. */
export async function findUser(sql: Sql, text: string, lock?: 'lock'): Promise<Outcome<UserRef>> {
  const key = canonicalOf(text);
  const [user] = await sql.rows<UserRef>(
    `select id::float8 as id, username, email, domain
     from unified.users
     where username = $1 or email = $1
     ${lock ? 'for update' : ''}`,
    [key],
  );
  if (user) return done(user);
  return refused(`there is no user ${printable(key, 320)}`, 'see: dovetail user list');
}
