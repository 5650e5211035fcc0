/** narrate — what was overheard, in words for somebody who sees Postfix and Dovecot for the first time.
 *
 * security a password in a question is never repeated */

import { splitOnce } from '../base/text.ts';
import { splitFields } from '../wire/tab-escape.ts';
import type { Overheard } from './overhear.ts';

/** `Postfix asks virtual_alias_maps: sales@example.org → alice@example.org` */
export function narrateLookup({ question, answer }: Overheard): string {
  const [map, key = ''] = splitOnce(question, ' ');
  return `Postfix asks ${map}: ${key} → ${answerInWords(map, answer)}`;
}

function answerInWords(map: string, answer: string): string {
  const [status, value = ''] = splitOnce(answer, ' ');
  if (status === 'NOTFOUND') return map === 'virtual_mailbox_domains' ? 'no, not ours' : 'nothing there';
  if (status !== 'OK') return `cannot tell now (${value})`;
  return map === 'virtual_mailbox_domains' ? 'yes, ours' : value;
}

/** `Postfix asks the policy: may bob@elsewhere.example write to sales@example.org? → no objection`; behind the
 * message `write 512 bytes to …`. */
export function narratePolicy({ question, answer }: Overheard): string {
  const values = new Map(question.split('\n').map((attribute) => splitOnce(attribute, '=')));
  const [from = '', to = ''] = [values.get('sender'), values.get('recipient')];
  const isThere = values.get('protocol_state') === 'END-OF-MESSAGE';
  const what = isThere ? `${values.get('size')} bytes ` : '';
  const action = answer.replace(/^action=/u, '');
  const verdict = action === 'DUNNO' ? 'no objection' : action;
  return `Postfix asks the policy: may ${from || 'a bounce'} write ${what}to ${to || 'them all'}? → ${verdict}`;
}

/** `Dovecot asks: may alice@example.org in, with this password, by imap? → yes` */
export function narrateLogin({ question, answer }: Overheard): string {
  const [, command, user, , protocol = ''] = splitFields(question);
  const [status, ...fields] = splitFields(answer);
  const yes = status === 'OK';
  const verdict = yes ? 'yes' : (REFUSALS[status ?? ''] ?? 'cannot tell now');
  if (command === 'VERIFY')
    return `Dovecot asks: may ${user} in by ${protocol}, with this password? → ${verdict}`;
  return `Dovecot asks: where is the mail of ${user}? → ${yes ? placeOf(fields) : verdict}`;
}

const REFUSALS: Readonly<Record<string, string>> = {
  NOUSER: 'no such user',
  MISMATCH: 'no, the password is wrong',
  DISABLED: 'no, this account is closed',
};

function placeOf(fields: readonly string[]): string {
  const values = new Map(fields.map((field) => splitOnce(field.replace(/^userdb_/u, ''), '=')));
  return ['mail', 'home', 'uid', 'quota_rule']
    .flatMap((name) => (values.get(name) ? [`${name} ${values.get(name)}`] : []))
    .join(', ');
}

/** Each line once, with how often it was asked: several processes of Postfix ask the same. */
export function countRepeats(lines: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return [...counts].map(([line, count]) => (count === 1 ? line : `${line}   (${count} times)`));
}
