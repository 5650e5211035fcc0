import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createDoveadm } from '../../../src/net/doveadm.ts';

/** doveadm's HTTP API, which answers with what it is given; and what it was asked. */
async function open(answer: { status?: number; body: string }) {
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => asked.push(JSON.parse(text)));
    request.on('end', () => response.writeHead(answer.status ?? 200).end(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { asked, ...createDoveadm({ url: `http://127.0.0.1:${port}`, key: 'sesame', timeout: 10_000 }) };
}

const line = (type: string, value: string) => ({ root: 'User quota', type, value, limit: '-', percent: '0' });
const said = (...lines: object[]) => ['doveadmResponse', lines];

test.each<[string, unknown[], unknown]>([
  [
    'a mailbox holds so much',
    said(line('STORAGE', '2'), line('MESSAGE', '4')),
    { kind: 'found', value: { kibibytes: 2, messages: 4 } },
  ],
  [
    'of several quotas the first counts',
    said(line('STORAGE', '2'), line('MESSAGE', '4'), line('STORAGE', '9'), line('MESSAGE', '9')),
    { kind: 'found', value: { kibibytes: 2, messages: 4 } },
  ],
  ['nobody has the name', ['error', { type: 'exitCode', exitCode: 67 }], { kind: 'absent' }],
  ['Dovecot failed', ['error', { type: 'exitCode', exitCode: 75 }], { kind: 'later' }],
  ['it could not count', said(line('STORAGE', 'error'), line('MESSAGE', '4')), { kind: 'later' }],
  ['nothing is counted', said(), { kind: 'later' }],
  ['nothing that is known', ['doveadmResponse', null], { kind: 'later' }],
])('counting: %s', async (_, reply, answer) => {
  const { count, asked } = await open({ body: JSON.stringify([[...reply, '0']]) });
  expect((await count(['alice'])).get('alice')).toMatchObject(answer as object);
  expect(asked).toEqual([[['quotaGet', { user: 'alice' }, '0']]]);
});

test('each answer is that of its user', async () => {
  const { count } = await open({
    body: JSON.stringify([
      [...said(line('STORAGE', '2'), line('MESSAGE', '2')), '1'],
      [...said(line('STORAGE', '1'), line('MESSAGE', '1')), '0'],
    ]),
  });
  const counted = await count(['alice', 'bob', 'eve']);
  expect([...counted.values()]).toMatchObject([
    { value: { kibibytes: 1 } },
    { value: { kibibytes: 2 } },
    { kind: 'later' },
  ]);
});

test.each([
  ['it refuses the key', { status: 401, body: '' }],
  ['it is no doveadm', { body: '{}' }],
  ['it speaks no JSON', { body: 'hello' }],
])('nothing is counted, and no key is told, where %s', async (_, answer) => {
  const { count } = await open(answer);
  const why = await count(['alice']).catch((error: Error) => error.message);
  expect(why).toMatch(/^doveadm: /u);
  expect(why).not.toContain('sesame');
});
