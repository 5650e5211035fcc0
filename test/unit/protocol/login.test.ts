import { describe, expect, test } from 'vitest';
import type { Log } from '../../../src/base/log.ts';
import { type LoginRequest, login } from '../../../src/protocol/login.ts';
import { loginWorld } from './dialogue.ts';

const SECRET = 'correct horse';

describe('no password is ever logged', () => {
  test.each([
    ['accepted', `V1\tVERIFY\talice@x.test\t${SECRET}\timap\t`],
    ['refused', `V1\tVERIFY\tnobody@x.test\t${SECRET}\timap\t`],
    ['not found out', `V1\tVERIFY\tlater@x.test\t${SECRET}\timap\t`],
    ['in a line of an unknown version', `V9\tVERIFY\tlater@x.test\t${SECRET}\timap\t`],
    ['in the place of the command', `V1\t${SECRET}\tlater@x.test`],
    ['with an unknown flavour', `V1\tVERIFY\tlater@x.test\t${SECRET}\timap\t\tflavour=${SECRET}`],
  ])('%s', async (_name, request) => {
    const lines: string[] = [];
    const write = (event: string, fields?: object) => void lines.push(JSON.stringify([event, fields]));
    const log: Log = { debug: write, info: write, warn: write, error: write };
    const reply = await loginWorld(log).converse().answer(request);
    expect([...lines, reply].join('\n')).not.toContain(SECRET);
  });
});

test('the request reaches auth/ with what the peer told, and no more', async () => {
  const requests: LoginRequest[] = [];
  const verify = ({ audience, ...told }: LoginRequest) => {
    // That of the connection: nobody has hung up.
    expect(audience?.isGone).toBe(false);
    requests.push(told);
    return { kind: 'mismatch' } as const;
  };
  const unused = () => ({ kind: 'unknown' }) as const;
  const list = () => ({ kind: 'listed', users: [] }) as const;
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const { answer } = login({ verify, find: unused, credential: unused, list, log }).converse();
  await answer('V1\tVERIFY\tAlice@X.test\tp w\tIMAP\t192.0.2.7\tlip=192.0.2.1\tnonsense');
  await answer('V1\tVERIFY\tbob\t\t');
  expect(requests).toEqual([
    { user: 'Alice@X.test', password: 'p w', protocol: 'imap', ip: '192.0.2.7' },
    { user: 'bob', password: '', protocol: '', ip: undefined },
  ]);
});
