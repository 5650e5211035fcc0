/** letters — sends mail by SMTP and reads it by IMAP, as mail programs do. */

import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { isLastOfSmtp, startDialogue } from '../../../src/demo/dialogue.ts';
import { waitUntil } from '../../../src/demo/processes.ts';
import { type MailHost, PASSWORD } from './host.ts';

export interface Letter {
  readonly from?: string;
  readonly to: string;
  readonly subject: string;
  readonly text?: string;
  /** Sent through the submission port, logged in as this user. */
  readonly as?: string;
}

/** `250` or what else the server said to the recipient or the message. */
export interface Sent {
  readonly code: number;
  readonly said: string;
}

/** Sends one letter to one recipient. Never rejects for what a server says. */
export async function send(host: MailHost, letter: Letter): Promise<Sent> {
  const { from = 'bob@elsewhere.example', to, subject, text = 'Hello.', as } = letter;
  const transport = createTransport({
    host: '127.0.0.1',
    port: as === undefined ? host.postfix.smtpPort : host.postfix.submissionPort,
    ignoreTLS: true,
    name: 'client.elsewhere.example',
    ...(as === undefined ? {} : { auth: { user: as, pass: PASSWORD } }),
  });
  try {
    const { response } = await transport.sendMail({
      from,
      to,
      envelope: { from, to },
      subject,
      text,
    });
    return { code: Number(response.slice(0, 3)), said: response };
  } catch (error) {
    const { responseCode = 0, message } = error as { responseCode?: number; message: string };
    return { code: responseCode, said: message };
  } finally {
    transport.close();
  }
}

/** What RCPT TO is answered, of a message that nobody sends; `size` is announced (SIZE=). */
export async function askRecipient(
  host: MailHost,
  to: string,
  {
    from = 'bob@elsewhere.example',
    size = 0,
    as,
  }: Partial<Pick<Letter, 'from' | 'as'>> & { size?: number } = {},
): Promise<string> {
  const { smtpPort, submissionPort } = host.postfix;
  const port = as === undefined ? smtpPort : submissionPort;
  const smtp = startDialogue({ port, isLast: isLastOfSmtp, show: () => undefined });
  try {
    await smtp.greeting();
    await smtp.say('EHLO client.elsewhere.example');
    if (as !== undefined)
      await smtp.say(`AUTH PLAIN ${Buffer.from(`\0${as}\0${PASSWORD}`).toString('base64')}`);
    await smtp.say(`MAIL FROM:<${from}>${size === 0 ? '' : ` SIZE=${size}`}`);
    const [said = ''] = await smtp.say(`RCPT TO:<${to}>`);
    return said;
  } finally {
    smtp.close();
  }
}

/** The subjects in a user's INBOX, read by IMAP with the user's password. */
export async function subjectsOf(host: MailHost, user: string): Promise<string[]> {
  const imap = new ImapFlow({
    host: '127.0.0.1',
    port: host.dovecot.imapPort,
    secure: false,
    auth: { user, pass: PASSWORD },
    logger: false,
  });
  await imap.connect();
  try {
    const { exists } = await imap.mailboxOpen('INBOX', { readOnly: true });
    if (exists === 0) return [];
    const mails = await imap.fetchAll('1:*', { envelope: true });
    return mails.map((mail) => mail.envelope?.subject ?? '');
  } finally {
    await imap.logout();
  }
}

/** Waits until nothing is left in the queue. */
export async function emptyQueue(host: MailHost, limit = 60_000): Promise<void> {
  const isEmpty = async () => (await host.postfix.queued()).length === 0;
  await waitUntil('the queue of Postfix is empty', isEmpty, limit);
}
