import { expect, test } from 'vitest';
import type { LogFields } from '../../../src/base/log.ts';
import { createTally } from '../../../src/base/tally.ts';
import { pass } from '../../../src/policy/verdict.ts';
import { actionOf, policy } from '../../../src/protocol/policy.ts';
import { parsePolicyRequest } from '../../../src/protocol/policy-request.ts';
import { policyRequest } from '../../support/daemon.ts';
import { policyWorld } from './dialogue.ts';

const ask = (recipient: string) => policyWorld().converse().answer(policyRequest({ recipient }).slice(0, -2));

test('an answer from memory is given in the same tick', () => {
  expect(ask('ann@x.test')).toBe('action=DUNNO\n\n');
  expect(ask('slow@x.test')).toBeInstanceOf(Promise);
});

test('every attribute that a rule may look at arrives', () => {
  const parsed = parsePolicyRequest(
    `request=smtpd_access_policy
protocol_state=END-OF-MESSAGE
helo_name=mx.y.test
queue_id=4Xyz
sender=Ann+x@Y.test
recipient=bob@x.test
recipient_count=3
client_address=2001:db8::1
client_name=mx.y.test
reverse_client_name=mx.y.test
instance=1.2.3
size=4711
sasl_method=plain
sasl_username=ann
sasl_sender=carol
ccert_fingerprint=AB:CD
encryption_protocol=TLSv1.3
policy_context=submission`,
  );
  expect(parsed).toEqual({
    kind: 'request',
    request: {
      state: 'END-OF-MESSAGE',
      sender: 'Ann+x@Y.test',
      recipient: 'bob@x.test',
      recipientCount: 3,
      size: 4711,
      instance: '1.2.3',
      queueId: '4Xyz',
      client: { address: '2001:db8::1', name: 'mx.y.test', reverseName: 'mx.y.test' },
      helo: 'mx.y.test',
      sasl: { username: 'ann', method: 'plain', sender: 'carol' },
      tls: { protocol: 'TLSv1.3', fingerprint: 'AB:CD' },
      context: 'submission',
    },
  });
});

test.each(['', 'x', '-1', '1e9', '99999999999999999999'])('a size of %j is as none', (size) => {
  const parsed = parsePolicyRequest(`request=smtpd_access_policy\nprotocol_state=RCPT\nsize=${size}`);
  expect(parsed).toMatchObject({ request: { size: 0 } });
});

test('what is no request is a log line that does not repeat it', () => {
  const events: [string, LogFields | undefined][] = [];
  const write = (event: string, fields?: LogFields) => void events.push([event, fields]);
  const log = { debug: write, info: write, warn: write, error: write };
  void policyWorld(log).converse().answer('secret');
  expect(events).toEqual([['policy.malformed', { why: 'a line that is no attribute' }]]);
});

test('a long text is cut', () => {
  const reply = { code: 550, status: '5.7.1', text: 'x'.repeat(1000) };
  const action = actionOf('RCPT', { kind: 'refuse', reply, because: {} });
  expect(action.length).toBeLessThan(300);
  expect(action).toMatch(/^action=550 5\.7\.1 x{250}\n\n$/);
});

test('answers are counted by their kind', async () => {
  const tally = createTally();
  const { answer } = policy({
    decide: () => pass,
    tally,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  }).converse();
  await answer(policyRequest({}).slice(0, -2));
  await answer('nonsense');
  expect(tally.read().map(({ labels, count }) => [...labels, count])).toEqual([
    ['pass', 1],
    ['refuse', 0],
    ['wait', 0],
    ['later', 1],
  ]);
});
