/** sessions — everybody logs in on `auth.sock`, as through one smtpd process, before he sends. */

import { once } from 'node:events';
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { addressOf, withClient } from './hosts.ts';

/** The pid of that process. */
export const SMTPD = 4242;
/** Where all of them are. */
export const CLIENT = '192.0.2.17';

const PASSWORD = 'correct horse';
const AT_ONCE = 200;

/** One password for everybody, in clear: this is no measure of hashes. */
export async function givePasswords(url: string): Promise<void> {
  // Somebody has one already, of another benchmark.
  await takePasswords(url);
  await withClient(url, (database) =>
    database.query(
      `insert into unified.user_passwords (user_id, service, password_hash, hash_scheme)
       select id, 'dovecot', $1, 'PLAIN' from unified.users`,
      [PASSWORD],
    ),
  );
}

export async function takePasswords(url: string): Promise<void> {
  await withClient(url, (database) => database.query('delete from unified.user_passwords'));
}

/** Rejects when somebody is not let in. */
export async function logInAll(auth: string, mailboxes: number): Promise<void> {
  const connection = createConnection(auth);
  await once(connection, 'connect');
  connection.write(`VERSION\t1\t2\nCPID\t${SMTPD}\n`);
  let [asked, answered] = [0, 0];
  const ask = (): void => {
    const user = addressOf(2 * asked);
    asked += 1;
    const response = Buffer.from(`\0${user}\0${PASSWORD}`).toString('base64');
    connection.write(`AUTH\t${asked}\tPLAIN\tservice=smtp\trip=${CLIENT}\tresp=${response}\n`);
  };
  while (asked < Math.min(AT_ONCE, mailboxes)) ask();
  for await (const line of createInterface({ input: connection })) {
    const [word] = line.split('\t', 1);
    if (word !== 'OK' && word !== 'FAIL') continue;
    if (word === 'FAIL') throw new Error(`a login was refused: ${line}`);
    answered += 1;
    if (asked < mailboxes) ask();
    if (answered === mailboxes) break;
  }
  connection.destroy();
}
