/** logins — logs in as mail programs do, by IMAP, POP3 or ManageSieve, and tells how it went.
 *
 * source   RFC 5530 (IMAP response codes), RFC 3206 (POP3), RFC 5804 (ManageSieve) */

import { ImapFlow } from 'imapflow';
import { startDialogue } from '../../../src/demo/dialogue.ts';

/** `refused` says that the password is wrong, `later` that nobody could be asked. Anything else is
 * what the server said. */
export type LoggedIn = 'in' | 'refused' | 'later' | { readonly said: string };

type LogIn = (port: number, user: string, password: string) => Promise<LoggedIn>;

export const logInBy: Readonly<Record<'imap' | 'pop3' | 'sieve', LogIn>> = { imap, pop3, sieve };

async function imap(port: number, user: string, pass: string): Promise<LoggedIn> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port,
    secure: false,
    auth: { user, pass },
    logger: false,
    greetingTimeout: 60_000,
    socketTimeout: 200_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.mailboxOpen('INBOX', { readOnly: true });
    await client.logout();
    return 'in';
  } catch (error) {
    client.close();
    const { serverResponseCode, message } = error as Error & { serverResponseCode?: string };
    if (serverResponseCode === 'AUTHENTICATIONFAILED') return 'refused';
    if (serverResponseCode === 'UNAVAILABLE') return 'later';
    return { said: `${serverResponseCode ?? ''} ${message}` };
  }
}

async function pop3(port: number, user: string, password: string): Promise<LoggedIn> {
  const pop = startDialogue({ port, isLast: () => true, show: () => undefined });
  try {
    await pop.greeting();
    await pop.say(`USER ${user}`);
    const [said = ''] = await pop.say(`PASS ${password}`);
    if (said.startsWith('+OK')) return 'in';
    if (said.startsWith('-ERR [AUTH]')) return 'refused';
    return said.startsWith('-ERR [SYS/TEMP]') ? 'later' : { said };
  } finally {
    pop.close();
  }
}

async function sieve(port: number, user: string, password: string): Promise<LoggedIn> {
  const isLast = (line: string) => /^(?:OK|NO|BYE)\b/u.test(line);
  const dialogue = startDialogue({ port, isLast, show: () => undefined });
  try {
    await dialogue.greeting();
    const initial = Buffer.from(`\0${user}\0${password}`).toString('base64');
    const said = (await dialogue.say(`AUTHENTICATE "PLAIN" "${initial}"`)).at(-1) ?? '';
    if (said.startsWith('OK')) return 'in';
    if (said.startsWith('NO (TRYLATER)')) return 'later';
    return said.startsWith('NO "Authentication failed') ? 'refused' : { said };
  } finally {
    dialogue.close();
  }
}
