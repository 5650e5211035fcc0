/** What real Postfixes wrote (test/golden/mail-logs), as the requests that they had made. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createMailLog } from '../../../../src/policy/replay/mail-log.ts';
import type { Recorded } from '../../../../src/policy/replay/recorded.ts';

const NOW = new Date('2026-12-01T00:00:00');

function read(text: string, now = NOW) {
  const log = createMailLog(now);
  const recorded = text.split('\n').flatMap((line) => log.take(line));
  return { recorded: [...recorded, ...log.end()], skipped: Object.fromEntries(log.skipped) };
}

const lineOf = ({ request, fate }: Recorded): string => {
  const { state, sender, recipient, sasl, context, recipientCount, client } = request;
  const count = recipientCount === 0 ? '' : ` (${recipientCount})`;
  const who = sasl.username === '' ? context : sasl.username;
  return `${state} ${who} ${client.address} ${sender || '<>'} → ${recipient}${count}: ${fate?.split(/ as | 4| 5/u)[0]}`;
};

const STRANGERS = [
  'RCPT mx 127.0.0.1 bob@elsewhere.example → nobody@example.org: refused:',
  'RCPT mx 127.0.0.1 <> → locked@example.org: refused:',
  'RCPT mx 127.0.0.1 x@spam.example → alice@example.org: refused:',
  'RCPT mx 127.0.0.1 bob@elsewhere.example → x@nowhere.example: refused:',
  'RCPT mx 127.0.0.1 bob@elsewhere.example → alice@example.org: accepted',
  'END-OF-MESSAGE mx 127.0.0.1 bob@elsewhere.example → alice@example.org (1): accepted',
  'RCPT mx 127.0.0.1 bob@elsewhere.example → sales@example.org: accepted',
  'END-OF-MESSAGE mx 127.0.0.1 bob@elsewhere.example → sales@example.org (1): accepted',
  'RCPT mx 127.0.0.1 Some.Body@elsewhere.example → Sales+X@example.org: accepted',
  'END-OF-MESSAGE mx 127.0.0.1 Some.Body@elsewhere.example → Sales+X@example.org (1): accepted',
];
const ALICE = 'alice@example.org 127.0.0.1 alice@example.org →';
const USERS = [
  `RCPT ${ALICE} team@example.org: accepted`,
  `END-OF-MESSAGE ${ALICE} team@example.org (1): accepted`,
  // Refused at the end of data.
  `RCPT ${ALICE} bob@example.org: refused:`,
  // One message, one of whose recipients was refused.
  `RCPT ${ALICE} locked@example.org: refused:`,
  `RCPT ${ALICE} eve@elsewhere.net: accepted`,
  `RCPT ${ALICE} "odd, one"@elsewhere.net: accepted`,
  `RCPT ${ALICE} bob@example.org: accepted`,
  `END-OF-MESSAGE ${ALICE}  (3): accepted`,
];

describe.each([
  // Before a queue id there is no login in a refusal of 3.7.
  ['3.7', USERS, { 'was refused to a login that the log does not name': 1 }],
  ['3.10', [`RCPT ${ALICE} locked@example.org: refused:`, ...USERS], {}],
])('Postfix %s', (version, users, skipped) => {
  const text = readFileSync(`test/golden/mail-logs/postfix-${version}.txt`, 'utf8');
  const { recorded, skipped: passedOver } = read(text);

  test('asked for each recipient, and at the end of each message', () => {
    expect(recorded.map(lineOf).toSorted()).toEqual([...STRANGERS, ...users].toSorted());
    expect(passedOver).toEqual(skipped);
  });

  test('has the size, and one instance a message', () => {
    const three = recorded.filter(({ request }) => request.recipient === '"odd, one"@elsewhere.net');
    const message = recorded.filter(({ request }) => request.instance === three[0]?.request.instance);
    expect(message.map(({ request }) => request.state).toSorted()).toEqual([
      'END-OF-MESSAGE',
      'RCPT',
      'RCPT',
      'RCPT',
      'RCPT',
    ]);
    const taken = message.filter(
      ({ request, fate }) => request.state === 'RCPT' && fate?.startsWith('accepted'),
    );
    expect(taken.map(({ request }) => request.queueId === '')).toEqual([true, false, false]);
    expect(message.find(({ request }) => request.state === 'END-OF-MESSAGE')?.request.size).toBe(389);
  });

  test('is read the same with the other way to write the time', () => {
    const iso = text.replace(/^Nov 29 (\S+)/gmu, (_, time: string) => {
      const at = new Date(`2026-11-29T${time}`);
      return at.toISOString().replace('Z', '456+00:00');
    });
    expect(iso).toMatch(/^2026-11-29T\d\d:\d\d:\d\d\.000456\+00:00 mail postfix/);
    expect(read(iso).recorded).toEqual(recorded);
  });

  test('cut anywhere gives no other requests, only fewer', () => {
    const lines = text.split('\n');
    const whole = new Set(recorded.filter(({ request }) => request.state === 'RCPT').map(lineOf));
    for (let from = 0; from < lines.length; from += 1) {
      for (const { request, fate } of read(lines.slice(from, from + 20).join('\n')).recorded) {
        if (request.state === 'RCPT') expect(whole).toContain(lineOf({ request, fate, at: undefined }));
      }
    }
  });
});

const LINE = (stamp: string, queueId = '4ABC1') =>
  `${stamp} mail postfix/smtpd[7]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]:4025: 450 4.7.1 <a@x.test>: ${queueId}; from=<b@y.test> to=<a@x.test> proto=ESMTP helo=<y.test>`;

describe('the time', () => {
  const at = (...stamps: string[]) =>
    read(stamps.map((stamp) => LINE(stamp)).join('\n')).recorded.map((one) => new Date(one.at ?? Number.NaN));

  test('without a year is of this year, or of the last where it would be in the future', () => {
    expect(at('Nov  3 08:00:01')).toEqual([new Date('2026-11-03T08:00:01')]);
    expect(at('Dec 24 08:00:01')).toEqual([new Date('2025-12-24T08:00:01')]);
  });

  test('goes on into the next year', () => {
    expect(at('Dec 31 23:59:59', 'Jan  1 00:00:00')).toEqual([
      new Date('2025-12-31T23:59:59'),
      new Date('2026-01-01T00:00:00'),
    ]);
  });

  test('has the zone that is written', () => {
    const same = at(
      '2026-11-29T08:00:01+01:00',
      '2026-11-29T07:00:01.000000+00:00',
      '2026-11-29T08:00:01+0100',
    );
    expect(new Set(same.map(Number)).size).toBe(1);
  });
});

test('a client with its port is a client', () => {
  expect(read(LINE('Nov 29 08:00:01')).recorded).toMatchObject([
    {
      request: { client: { address: '192.0.2.1', name: 'unknown' }, helo: 'y.test' },
      fate: 'refused: 450 4.7.1 <a@x.test>: 4ABC1',
    },
  ]);
});

test('long queue ids are such, and words are none', () => {
  const client = (id: string) => `Nov 29 08:00:01 mail postfix/smtpd[7]: ${id}: client=a[192.0.2.1]`;
  const rest = (
    id: string,
  ) => `Nov 29 08:00:01 mail postfix/qmgr[8]: ${id}: from=<>, size=1, nrcpt=1 (queue active)
Nov 29 08:00:02 mail postfix/lmtp[9]: ${id}: to=<a@x.test>, relay=x, delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (ok)`;
  expect(read(`${client('4ZbHpf0Qv1z8rH')}\n${rest('4ZbHpf0Qv1z8rH')}`).recorded).toHaveLength(2);
  expect(read(`${client('warning')}\n${rest('warning')}`).recorded).toEqual([]);
});

test('what was not asked about is left out, and said', () => {
  const { recorded, skipped } = read(`\
Nov 29 08:00:00 mail postfix/pickup[1]: 4ABCD1: uid=0 from=<root>
Nov 29 08:00:00 mail postfix/qmgr[2]: 4ABCD1: from=<root@x.test>, size=1, nrcpt=1 (queue active)
Nov 29 08:00:00 mail postfix/local[3]: 4ABCD1: to=<a@x.test>, relay=local, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (ok)
Nov 29 08:00:00 mail postfix/smtpd[4]: 4ABCD2: client=localhost[127.0.0.1], orig_queue_id=4ABCD0, orig_client=y[192.0.2.1]
Nov 29 08:00:00 mail postfix/postscreen[5]: NOQUEUE: reject: RCPT from [192.0.2.1]:25: 550 5.7.1 no; from=<b@y>, to=<a@x>, proto=ESMTP, helo=<y>
Nov 29 08:00:00 mail dovecot: lmtp(a@x.test): saved
not a log at all`);
  expect(recorded).toEqual([]);
  expect(skipped).toEqual({
    'began before the log, or on this host': 1,
    'was handed back by a content filter': 1,
  });
});

test('the memory of messages that never end has an end', () => {
  const log = createMailLog(NOW);
  const given: Recorded[] = [];
  for (let n = 0; n < 50_010; n += 1) {
    const id = `4${n.toString(16).toUpperCase().padStart(6, '0')}`;
    given.push(
      ...log.take(`Nov 29 08:00:00 mail postfix/smtpd[4]: ${id}: client=a[192.0.2.1]`),
      ...log.take(
        `Nov 29 08:00:00 mail postfix/qmgr[2]: ${id}: from=<b@y.test>, size=1, nrcpt=1 (queue active)`,
      ),
      ...log.take(`Nov 29 08:00:00 mail postfix/lmtp[3]: ${id}: to=<a@x.test>, relay=l, delay=0`),
    );
  }
  expect(given.filter(({ request }) => request.state === 'END-OF-MESSAGE')).toHaveLength(10);
});
