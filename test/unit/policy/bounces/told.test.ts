/** Lines as Postfix 3.7 and 3.10 write them, and what they tell. */

import { describe, expect, test } from 'vitest';
import { type Told, toldBy } from '../../../../src/policy/bounces/told.ts';
import { createLogLines } from '../../../../src/policy/replay/log-line.ts';

const parse = createLogLines(new Date('2026-12-01T00:00:00'));
function told(program: string, text: string): Told | undefined {
  const line = parse(`Nov 29 08:34:53 mail postfix/${program}[10106]: 337231740C1: ${text}`);
  return line && toldBy(line);
}
const message = 'mail 337231740C1';

describe('a message', () => {
  const taken = {
    kind: 'taken',
    message,
    login: 'alice@example.org',
    client: '127.0.0.1',
    servedBy: '10106',
  };
  test.each([
    ['', taken],
    [', sasl_sender=bob@example.org', taken],
    [', orig_queue_id=4ABCD, orig_client=a.example[192.0.2.1]', taken],
  ])('is taken of a login%s', (more, expected) => {
    const text = `client=localhost[127.0.0.1], sasl_method=PLAIN, sasl_username=alice@example.org${more}`;
    expect(told('submission/smtpd', text)).toEqual(expected);
  });

  test('is taken with the port of the client, or over IPv6', () => {
    const login = 'sasl_method=PLAIN, sasl_username=alice';
    expect(told('smtpd', `client=unknown[192.0.2.7]:4025, ${login}`)).toMatchObject({ client: '192.0.2.7' });
    expect(told('smtpd', `client=a.example[2001:db8::7], ${login}`)).toMatchObject({
      client: '2001:db8::7',
      login: 'alice',
    });
  });

  test('is given back by a content filter', () => {
    const text =
      'client=localhost[127.0.0.1], orig_queue_id=4XbHpf0Qv1z8rH, orig_client=a.example[192.0.2.1]';
    expect(told('smtpd', text)).toEqual({ kind: 'handed-on', message, from: 'mail 4XbHpf0Qv1z8rH' });
  });

  test('is removed', () => expect(told('qmgr', 'removed')).toEqual({ kind: 'removed', message }));

  test.each([
    ['smtpd', 'client=a.example[192.0.2.1]'],
    [
      'smtpd',
      'reject: RCPT from a.example[192.0.2.1]: 550 5.1.1 <x@y.example>: no; from=<> to=<x@y.example>',
    ],
    ['cleanup', 'message-id=<client=x[1], sasl_method=PLAIN, sasl_username=alice@example.org>'],
    ['cleanup', 'removed'],
    ['qmgr', 'from=<alice@example.org>, size=453, nrcpt=2 (queue active)'],
    ['smtp', 'host mx.y.example[192.0.2.9] said: 450 later (in reply to RCPT TO command)'],
    ['bounce', 'sender non-delivery notification: 4XbHpf0Qv1z8rH'],
  ])('is not told of by %s: %s', (program, text) => expect(told(program, text)).toBeUndefined());
});

const RCPT = '(in reply to RCPT TO command)';
const said = (dsn: string, words: string, reply = RCPT, more = '') =>
  `to=<zoe@y.example>, ${more}relay=mx.y.example[192.0.2.9]:25, delay=0.31, delays=0.06/0.01/0.02/0.21, dsn=${dsn}, status=bounced (host mx.y.example[192.0.2.9] said: ${words} ${reply})`;
const none = (dsn: string, words: string) =>
  `to=<zoe@y.example>, relay=none, delay=0.31, delays=0.06/0.01/0.02/0.21, dsn=${dsn}, status=bounced (${words})`;
const refused = { kind: 'settled', message, recipient: 'zoe@y.example', isRefused: true };

test.each([
  [
    'with a status',
    'smtp',
    said('5.1.1', '550 5.1.1 <zoe@y.example>: Recipient address rejected: User unknown'),
  ],
  ['with a nested parenthesis', 'smtp', said('5.1.1', '550 5.1.1 unknown (see https://y.example/ (x))')],
  ['by lmtp', 'lmtp', said('5.1.1', "550 5.1.1 <zoe@y.example> User doesn't exist: zoe@y.example")],
  ['by the transport relay', 'relay/smtp', said('5.1.10', '550 5.1.10 RESOLVER.ADR.RecipientNotFound')],
  [
    'over a connection that is used again',
    'smtp',
    said('5.1.1', '550 5.1.1 no', RCPT, '').replace(' delay=', ' conn_use=3, delay='),
  ],
  ['who is switched off', 'smtp', said('5.2.1', '550 5.2.1 The email account is inactive')],
  ['at Microsoft', 'smtp', said('5.4.1', '550 5.4.1 Recipient address rejected: Access denied.')],
  ['at Outlook', 'smtp', said('5.5.0', '550 5.5.0 Requested action not taken: mailbox unavailable')],
  ['without a status', 'smtp', said('5.0.0', '550 No Such User Here')],
  ['without a status, in lines', 'smtp', said('5.0.0', '550-Callout verification failed: 550 no such user')],
  [
    'whose domain does not exist',
    'smtp',
    none(
      '5.4.4',
      'Host or domain name not found. Name service error for name=y.example type=AAAA: Host not found',
    ),
  ],
  ['whose domain takes no mail', 'smtp', none('5.1.0', 'Domain y.example does not accept mail (nullMX)')],
])('a recipient does not exist: %s', (_, program, text) => expect(told(program, text)).toEqual(refused));

test.each([
  [
    'delivered',
    'smtp',
    said('2.0.0', '').replace(/status=.*/u, 'status=sent (250 2.0.0 Ok: queued as 4XbHpf)'),
  ],
  ['delivered here', 'lmtp', said('2.0.0', '').replace(/status=.*/u, 'status=sent (250 2.0.0 Saved)')],
  ['full', 'smtp', said('5.2.2', '552 5.2.2 Mailbox full')],
  ['sent too much', 'smtp', said('5.3.4', '552 5.3.4 Message size exceeds limit')],
  ['sent what looks like spam', 'smtp', said('5.7.1', '550 5.7.1 spam', '(in reply to end of DATA command)')],
  [
    'not for this host',
    'smtp',
    said('5.7.1', '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org'),
  ],
  [
    'not for this host, without a status',
    'smtp',
    said('5.0.0', '550 192.0.2.1 is in an RBL on dnsbl.example'),
  ],
  ['not for this host, with a link', 'smtp', said('5.0.0', '550 Rejected, see https://y.example/why')],
  ['refused for the sender', 'smtp', said('5.1.8', "550 5.1.8 sender's domain")],
  [
    'refused for the sender at once',
    'smtp',
    said('5.1.0', '550 5.1.0 no', '(in reply to MAIL FROM command)'),
  ],
  [
    'refused for something at the end',
    'smtp',
    said('5.0.0', '554 delivery error', '(in reply to end of DATA command)'),
  ],
  ['refused by our own configuration', 'error', none('5.1.1', 'no such user')],
  ['unknown on this host', 'local', none('5.1.1', 'unknown user: "zoe"')],
  ['in a loop', 'smtp', none('5.4.6', 'mail for y.example loops back to myself')],
])('a recipient is settled, and was not refused: %s', (_, program, text) =>
  expect(told(program, text)).toEqual({ ...refused, isRefused: false }),
);

test.each([
  ['waits', said('4.1.1', '450 4.1.1 unknown').replace('status=bounced', 'status=deferred')],
  [
    'is one that an alias of ours led to',
    said('5.1.1', '550 5.1.1 no', RCPT, 'orig_to=<team@example.org>, '),
  ],
])('nothing is told of who %s', (_, text) => expect(told('smtp', text)).toBeUndefined());

test('addresses are canonical, and odd ones are kept apart', () => {
  const of = (to: string) => told('smtp', said('5.1.1', '550 5.1.1 no').replace('zoe@y.example', to));
  expect(of('Zoe@Y.Example')).toMatchObject({ recipient: 'zoe@y.example' });
  expect(of('"a>, b"@y.example')).toMatchObject({ recipient: '"a>, b"@y.example' });
});

test('the lines of two hosts are about different messages', () => {
  const line = (host: string) =>
    parse(`2026-11-29T08:34:53.123456+01:00 ${host} postfix/qmgr[7]: 337231740C1: removed`);
  const [one, other] = ['a', 'b'].map((host) => line(host)).map((parsed) => parsed && toldBy(parsed));
  expect(one?.message).not.toBe(other?.message);
});
