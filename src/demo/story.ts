/** story — what happens in the demonstration, scene by scene. */

import { type Dialogue, isLastOfImap, isLastOfSmtp, startDialogue } from './dialogue.ts';
import type { MailServers } from './mail-host.ts';
import { waitUntil } from './processes.ts';
import type { Stage } from './stage.ts';

const PASSWORD = 'correct horse battery';
const SUBJECT = 'Ten of the oak ones';

/** Rejects as soon as something is not as it should be. */
export async function tell(stage: Stage): Promise<void> {
  await prepare(stage);
  const servers = await startServers(stage);
  await sendMail(stage, servers);
  await deliver(stage, servers);
  await readMail(stage, servers);
  await refuse(stage, servers);
  stage.scene(
    'Done: the mail was written, accepted, delivered and read. All of it is now stopped and removed',
  );
}

async function prepare(stage: Stage): Promise<void> {
  stage.scene('dovetail starts, on a PostgreSQL of its own, and is told who exists');
  await stage.dovetail.start();
  await stage.command(['domain', 'add', 'example.org']);
  await stage.command(
    ['user', 'add', 'alice@example.org', '--name', 'Alice', '--password-stdin'],
    `${PASSWORD}\n`,
  );
  await stage.command(['alias', 'add', 'sales@example.org', 'alice@example.org']);
  await stage.dovetail.moveHomes();
}

async function startServers(stage: Stage): Promise<MailServers> {
  stage.scene('A real Postfix and a real Dovecot start, with what `dovetail config generate` wrote for them');
  const servers = await stage.startServers();
  console.log(`   Postfix takes mail at 127.0.0.1:${servers.postfix.smtpPort}.`);
  console.log(`   Dovecot serves IMAP at 127.0.0.1:${servers.dovecot.imapPort}.`);
  return servers;
}

async function sendMail(stage: Stage, servers: MailServers): Promise<void> {
  stage.scene('Bob writes to sales@example.org: his server (C) talks SMTP to our Postfix (S)');
  const smtp = openSmtp(stage, servers);
  must(await smtp.greeting(), '220');
  must(await smtp.say('HELO client.elsewhere.example'), '250');
  must(await smtp.say('MAIL FROM:<bob@elsewhere.example>'), '250');
  must(await smtp.say('RCPT TO:<sales@example.org>'), '250');
  must(await smtp.say('DATA'), '354');
  must(await smtp.say(MESSAGE), '250');
  must(await smtp.say('QUIT'), '221');
  smtp.close();
}

const MESSAGE = [
  'From: Bob <bob@elsewhere.example>',
  'To: sales@example.org',
  `Subject: ${SUBJECT}`,
  '',
  'Dear sales, ten dovetailed drawers, please. Yours, Bob',
  '.',
].join('\r\n');

async function deliver(stage: Stage, servers: MailServers): Promise<void> {
  await waitUntil('Dovecot has saved the mail', () => servers.dovecot.log().includes('saved mail to INBOX'));
  stage.scene('To know where that mail goes, both servers asked dovetail');
  stage.tellWhatWasAsked();
  const sent = () => servers.postfix.log().match(/to=<.*status=sent.*/gu) ?? [];
  await waitUntil('Postfix has logged the delivery', () => sent().length > 0);
  console.log(`\n   Postfix wrote into its log: ${sent().at(-1)}`);
}

async function readMail(stage: Stage, servers: MailServers): Promise<void> {
  stage.scene('Alice reads it: her mail program (C) talks IMAP to our Dovecot (S)');
  const imap = openImap(stage, servers);
  await imap.greeting();
  await imap.say(`a1 LOGIN alice@example.org "${PASSWORD}"`, 'a1 LOGIN alice@example.org "(her password)"');
  await imap.say('a2 SELECT INBOX');
  const mail = await imap.say('a3 FETCH 1 (BODY.PEEK[HEADER.FIELDS (FROM TO SUBJECT)] BODY.PEEK[TEXT])');
  if (!mail.includes(`Subject: ${SUBJECT}`)) throw new Error('the mail is not in the mailbox of alice');
  await imap.say('a4 LOGOUT');
  imap.close();
  console.log();
  stage.tellWhatWasAsked();
}

async function refuse(stage: Stage, servers: MailServers): Promise<void> {
  stage.scene('What must not work, does not: an unknown recipient, and a wrong password');
  const smtp = openSmtp(stage, servers);
  await smtp.greeting();
  await smtp.say('HELO client.elsewhere.example');
  await smtp.say('MAIL FROM:<bob@elsewhere.example>');
  must(await smtp.say('RCPT TO:<nobody@example.org>'), '550');
  smtp.close();
  const imap = openImap(stage, servers);
  await imap.greeting();
  const [refusal = ''] = (await imap.say('a1 LOGIN alice@example.org guess')).slice(-1);
  if (!refusal.includes('AUTHENTICATIONFAILED')) throw new Error('a wrong password was not refused');
  imap.close();
  console.log();
  stage.tellWhatWasAsked();
}

const openSmtp = (stage: Stage, { postfix }: MailServers): Dialogue =>
  startDialogue({ port: postfix.smtpPort, isLast: isLastOfSmtp, show: stage.show });

const openImap = (stage: Stage, { dovecot }: MailServers): Dialogue =>
  startDialogue({ port: dovecot.imapPort, isLast: isLastOfImap, show: stage.show });

function must(reply: readonly string[], code: string): void {
  const last = reply.at(-1) ?? '';
  if (!last.startsWith(code)) throw new Error(`Postfix was to say ${code}, and said: ${last}`);
}
