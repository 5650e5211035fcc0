import { describe, expect, test } from 'vitest';
import type { LoginFacts } from '../../../../src/auth/facts.ts';
import { later } from '../../../../src/base/answer.ts';
import { createMayUseMail } from '../../../../src/policy/logins.ts';
import { senderStatus } from '../../../../src/policy/rules/sender-status.ts';
import { pass } from '../../../../src/policy/verdict.ts';
import { awayCache, cachesOf, coldCache, memoryCache } from '../../../support/address-book.ts';
import { login, request, servicesOn } from '../requests.ts';

const services = servicesOn(cachesOf({}), { ann: true, locked: false });
const judge = (who: string) => senderStatus.judge(request(login(who)), services);

test('who may use mail may send, and strangers are not judged', () => {
  expect(judge('ann')).toBe(pass);
  expect(judge('')).toBe(pass);
});

test.each(['locked', 'removed'])('refuses who is %s', (who) => {
  expect(judge(who)).toMatchObject({ kind: 'refuse', reply: { code: 554, status: '5.7.1' } });
});

test.each(['suspended', 'replaced', 'expired', 'must-change', 'network', 'app-password-needed'] as const)(
  'who logged in with a password that lapsed (%s) waits, whether that is known at once or not',
  async (lapse) => {
    const answer = { kind: 'wait', reply: { code: 450, status: '4.7.1' } };
    for (const lapseOf of [() => lapse, async () => lapse]) {
      expect(await senderStatus.judge(request(login('ann')), { ...services, lapseOf })).toMatchObject(answer);
    }
    expect(
      await senderStatus.judge(request(login('locked')), { ...services, lapseOf: () => lapse }),
    ).toMatchObject({
      kind: 'refuse',
    });
  },
);

test('what could not be found out is later', async () => {
  const mayUseMail = async () => later('away');
  expect(await senderStatus.judge(request(login('ann')), { ...services, mayUseMail })).toEqual(later('away'));
});

describe('whether a login may use mail', () => {
  const facts = (username: string, usable: boolean): LoginFacts => ({ username, userId: '1', usable });
  const known = new Map([
    ['ann@x.test', facts('ann@x.test', true)],
    ['locked', facts('locked', false)],
  ]);

  test('is told at once from memory, in any letter case', () => {
    const mayUseMail = createMayUseMail(memoryCache(known));
    expect(mayUseMail('Ann@X.test')).toEqual({ kind: 'found', value: true });
    expect(mayUseMail('LOCKED')).toEqual({ kind: 'found', value: false });
    expect(mayUseMail('nobody')).toEqual({ kind: 'absent' });
  });

  test('is the same when the database is asked', async () => {
    expect(await createMayUseMail(coldCache(known))('ann@x.test')).toEqual({ kind: 'found', value: true });
    expect(await createMayUseMail(coldCache(known))('nobody')).toEqual({ kind: 'absent' });
  });

  test('is yes or later while the database is away', async () => {
    const mayUseMail = createMayUseMail(awayCache(known));
    expect(await mayUseMail('ann@x.test')).toEqual({ kind: 'found', value: true });
    expect(await mayUseMail('locked')).toMatchObject({ kind: 'later' });
    expect(await mayUseMail('nobody')).toMatchObject({ kind: 'later' });
  });
});
