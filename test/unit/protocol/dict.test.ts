import { describe, expect, test } from 'vitest';
import { absent, found, later } from '../../../src/base/answer.ts';
import type { Log } from '../../../src/base/log.ts';
import { type Dict, dict } from '../../../src/protocol/dict.ts';
import { authDict } from '../../../src/protocol/dict-auth.ts';
import type { Parts } from '../../../src/protocol/protocol.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

function greeted(dicts: Record<string, Dict>, log: Log = silent) {
  const { answer } = dict({ dicts, log }).converse();
  void answer('H3\t2\t0\t\tthings');
  return answer;
}

test('a dict hears the whole key and the user, unescaped', async () => {
  const asked: unknown[] = [];
  const lookup: Dict['lookup'] = (key) => {
    asked.push(key);
    return found('a\tvalue');
  };
  const answer = greeted({ things: { lookup } });
  expect(await answer('Lpriv/a\u0001tb\tal\u0001nice')).toBe('Oa\u0001tvalue\n');
  expect(await answer('Lshared/c')).toBe('Oa\u0001tvalue\n');
  expect(asked).toEqual([
    { path: 'priv/a\tb', user: 'al\nice' },
    { path: 'shared/c', user: '' },
  ]);
});

test('a list that breaks off is not called whole', async () => {
  async function* list() {
    yield found([{ key: 'shared/a', value: '1' }]);
    yield later('the database is away');
  }
  const read: string[] = [];
  const parts = greeted({ things: { lookup: () => absent, list } })('I0\t0\tshared/\t');
  for await (const part of parts as Parts) read.push(part);
  expect(read).toEqual(['Oshared/a\t1\n', 'Fthe database is away\n']);
});

test('transactions without an end are not kept without a limit', async () => {
  const answer = greeted({ things: { lookup: () => absent } });
  for (let id = 0; id < 100; id += 1) expect(await answer(`B${id}\talice`)).toBe('');
  expect(await answer('B100\talice')).toMatchObject({ kind: 'refusal' });
});

test('a name that every object has is no dict', async () => {
  const { answer } = dict({ dicts: {}, log: silent }).converse();
  void answer('H3\t2\t0\t\tconstructor');
  expect(await answer('Lshared/a\t')).toBe('Fthere is no such dict\n');
});

test('neither keys nor values are logged', async () => {
  const lines: string[] = [];
  const write = (event: string, fields?: object) => void lines.push(JSON.stringify([event, fields]));
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const answer = greeted({ things: { lookup: () => later('away') } }, log);
  await answer('Lpriv/secret key\talice');
  await answer('B1\talice');
  await answer('S1\tpriv/secret key\tsecret value');
  await answer('C1');
  expect(lines).toHaveLength(2);
  expect(lines.join()).not.toContain('secret');
});

describe('the dict of logins', () => {
  const account = {
    user: 'a/b',
    home: '/a',
    uid: 1,
    gid: 1,
    mail: 'maildir:~',
    quotaBytes: null,
    quotaMessages: null,
  };
  const asked: unknown[] = [];
  let stored: { hash: string; networks: readonly string[] } = { hash: '{X}y', networks: ['192.0.2.0/24'] };
  const { lookup } = authDict({
    find: () => ({ kind: 'unknown' }),
    credential(request) {
      asked.push(request);
      return { kind: 'ok', account, ...stored };
    },
    list: () => ({ kind: 'listed', users: [] }),
  });

  test('knows the service from a user with a slash in the name, and tells networks', async () => {
    const answer = await lookup({ path: 'shared/passdb/IMAP/a/b', user: 'a/b' });
    expect(asked).toEqual([{ user: 'a/b', password: '', protocol: 'imap', ip: undefined }]);
    expect(answer).toMatchObject({
      kind: 'found',
      value: expect.stringContaining('"allow_nets":"192.0.2.0/24"'),
    });
  });

  test('tells the password of the moment, though the mailbox is the same', async () => {
    for (const [hash, networks] of [
      ['{X}y', ['192.0.2.0/24']],
      ['{X}z', ['192.0.2.0/24']],
      ['{X}z', []],
    ] as const) {
      stored = { hash, networks };
      const answer = await lookup({ path: 'shared/passdb/imap/a/b', user: 'a/b' });
      const allow_nets = networks[0];
      const value = answer.kind === 'found' ? JSON.parse(answer.value) : {};
      expect([value.password, value.allow_nets, value.userdb_home]).toEqual([hash, allow_nets, '/a']);
    }
  });

  test.each(['shared/passdb/alice', 'shared/other/alice', 'priv/userdb/alice', 'shared/userdb', ''])(
    'proves nothing of a key that it does not know: %s',
    async (path) => expect(await lookup({ path, user: '' })).toMatchObject({ kind: 'later' }),
  );
});
