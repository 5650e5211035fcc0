/** Rewritten senders of ours and of the real postsrsd: each is what the other makes, and leads back there. */

import { existsSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { parseMailbox, writeMailbox } from '../../../src/base/address.ts';
import { daysOf, systemClock } from '../../../src/base/clock.ts';
import { accepts, freePorts, startProcess, waitUntil } from '../../../src/demo/processes.ts';
import { reverse, rewrite } from '../../../src/lookup/srs.ts';
import { fromPercent, toPercent } from '../../../src/wire/percent.ts';

const POSTSRSD = join(
  process.env.DOVETAIL_TEST_CACHE ?? '/var/cache/dovetail-test',
  'postsrsd/usr/sbin/postsrsd',
);
const SECRETS = ['first-secret-of-ours', 'older-secret-of-ours'];
const DOMAIN = 'srs.example.org';

/** In CI it must be there; elsewhere its tests are skipped, loudly. */
function canRunPostsrsd(): boolean {
  if (existsSync(POSTSRSD)) return true;
  const why = `the comparison with postsrsd cannot run: scripts/postsrsd.sh unpacks it`;
  if (process.env.CI) throw new Error(why);
  console.warn(`\n*** SKIPPED: ${why} ***\n`);
  return false;
}

describe.skipIf(!canRunPostsrsd())('postsrsd', () => {
  let ports: readonly number[] = [];
  let server: ReturnType<typeof startProcess>;

  beforeAll(async () => {
    const secrets = join(inject('runFolder'), 'postsrsd.secret');
    writeFileSync(secrets, `${SECRETS.join('\n')}\n`);
    ports = await freePorts(2);
    const words = ['-4', `-s${secrets}`, `-d${DOMAIN}`, `-f${ports[0]}`, `-r${ports[1]}`];
    server = startProcess(POSTSRSD, words, join(inject('runFolder'), 'postsrsd.out'));
    await waitUntil('postsrsd answers', () => accepts(ports[1] ?? 0));
  });
  afterAll(async () => void (await server?.stop()));

  /** One question as Postfix's tcp_table asks it; undefined: it has no answer. */
  function ask(which: 'forward' | 'reverse', key: string): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      const socket = createConnection({ host: '127.0.0.1', port: ports[which === 'forward' ? 0 : 1] ?? 0 });
      let said = '';
      socket.setEncoding('utf8').on('error', reject);
      socket.on('data', (chunk: string) => {
        said += chunk;
        if (!said.includes('\n')) return;
        socket.end();
        resolve(said.startsWith('200 ') ? fromPercent(said.slice(4).trimEnd()) : undefined);
      });
      socket.write(`get ${toPercent(key)}\n`);
    });
  }

  // A local part that would make more than 64 octets is rewritten by postsrsd, and not by us.
  const local = fc.stringMatching(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}$/u);
  const host = fc.stringMatching(/^[a-z0-9]{1,8}\.example$/u);
  const mark = fc.constantFrom('SRS0=', 'SRS0+', 'srs0-');
  const signed = fc.tuple(mark, host, local).map(([m, h, l]) => `${m}wxyz=AB=${h}=${l}`);
  const twice = fc.tuple(host, signed).map(([h, s]) => `SRS1=abcd=${h}=${s.slice(4)}`);
  const sender = fc
    .tuple(fc.oneof(local, signed, twice), host)
    .map(([l, h]) => `${l}@${h}`)
    .filter((text) => parseMailbox(text) !== undefined);

  test('makes of each sender what we make, and both find the way back', async () => {
    await fc.assert(
      fc.asyncProperty(sender, async (text) => {
        const from = parseMailbox(text);
        if (!from) throw new Error('filtered out');
        const today = daysOf(systemClock.date());
        const ours = rewrite(from, SECRETS[0] as string, today);
        fc.pre(ours !== undefined);
        const theirs = await ask('forward', text);
        fc.pre(daysOf(systemClock.date()) === today); // a day may end in between
        expect(theirs).toBe(`${ours}@${DOMAIN}`);
        const back = reverse(ours, SECRETS, today);
        expect(await ask('reverse', `${ours}@${DOMAIN}`)).toBe(
          back.kind === 'sender' ? writeMailbox(back.sender) : undefined,
        );
      }),
      { numRuns: 200 },
    );
  });

  test('accepts what the older secret signed, and refuses what was forged, as we do', async () => {
    const today = daysOf(systemClock.date());
    const from = { local: 'ann', domain: parseMailbox('ann@elsewhere.example')?.domain as never };
    const older = rewrite(from, SECRETS[1] as string, today) as string;
    const forged = older.replace('=ann', '=eve');
    expect(await ask('reverse', `${older}@${DOMAIN}`)).toBe('ann@elsewhere.example');
    expect(await ask('reverse', `${forged}@${DOMAIN}`)).toBeUndefined();
    expect(reverse(older, SECRETS, today).kind).toBe('sender');
    expect(reverse(forged, SECRETS, today).kind).toBe('none');
  });
});
