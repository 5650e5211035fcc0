/** passwords — app passwords for the tests of sending. */

import { createPasswordHash } from '../../src/auth/password.ts';
import { withClient } from './database.ts';

/** To a user, for the service `smtp`: by label, each with a hash as dovetail makes it. */
export async function giveSmtpPasswords(
  url: string,
  email: string,
  secrets: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [label, secret] of Object.entries(secrets)) {
    const [, scheme, hash] = /^\{(.+?)\}(.*)$/s.exec(await createPasswordHash(secret)) ?? [];
    await withClient(url, (client) =>
      client.query(
        `insert into unified.user_passwords (user_id, service, label, hash_scheme, password_hash)
         select id, 'smtp', $2, $3, $4 from unified.users where email = $1`,
        [email, label, scheme, hash],
      ),
    );
  }
}
