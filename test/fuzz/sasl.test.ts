/** What strangers send in SASL: it comes from the internet as it is, through a mail server that does not look at it.
 *
 * Whatever comes, no mechanism throws or lets in whom auth/ did not; and on auth.sock each exchange is answered under its
 * own number, in whole lines. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Handed } from '../../src/auth/hand-out.ts';
import { mechanisms } from '../../src/auth/mechanisms/index.ts';
import type { MechanismServices } from '../../src/auth/mechanisms/mechanism.ts';
import { found } from '../../src/base/answer.ts';
import { silent } from '../../src/base/log.ts';
import { authClient } from '../../src/protocol/auth-client.ts';

const owner = (scheme: string): Handed => {
  const key = Buffer.alloc(scheme === 'SCRAM-SHA-1' ? 20 : 32, 5).toString('base64');
  const hash = `{${scheme}}4096,c2FsdA==,${key},${key}`;
  const account = {
    user: 'alice',
    home: '/',
    uid: 1,
    gid: 1,
    mail: '',
    quotaBytes: null,
    quotaMessages: null,
  };
  const shut = { mustChange: false, isExpired: false, isReplaced: false, isSuspended: false };
  const about = { id: '7', service: 'dovecot', label: '', restoredAt: null, networks: [], changedAt: '' };
  return { kind: 'ok', account, hash, networks: [], credential: { ...about, ...shut, hash } };
};

/** Nothing is right here, whatever is asked. */
const services: MechanismServices = {
  verify: () => ({ kind: 'mismatch' }),
  verifyToken: async () => ({ kind: 'mismatch', because: 'token' }),
  credential: (request, scheme) => (request.user === 'alice' ? owner(scheme) : { kind: 'unknown' }),
  decided: () => undefined,
  nonce: () => Buffer.alloc(18, 7),
  pseudorandom: () => found(Buffer.alloc(32, 9)),
};

/** What programs send, for each mechanism what fits it among them. */
const real = [
  '\0alice\0secret',
  'alice',
  'secret',
  'n,,n=alice,r=abc',
  `c=biws,r=abc${Buffer.alloc(18, 7).toString('base64')},p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=`,
  'n,a=alice,\x01host=mail\x01auth=Bearer e30.e30.e30\x01\x01',
  'user=alice\x01auth=Bearer e30.e30.e30\x01\x01',
  '\x01',
  '',
].map((text) => Buffer.from(text));

const mutated = fc
  .record({
    text: fc.constantFrom(...real),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.nat({ max: 4 }),
    added: fc.oneof(
      fc.uint8Array({ maxLength: 8 }),
      fc.constantFrom('\0', '\x01', ',', '=', '=2C', 'a=bob,', 'p=', ',m=x', '\n', '\t', 'é'.repeat(5000)),
    ),
  })
  .map(({ text, at, removed, added }) => {
    const place = Math.floor(at * text.length);
    return Buffer.concat([
      text.subarray(0, place),
      Buffer.from(added as string),
      text.subarray(place + removed),
    ]);
  });
const messages = fc.array(
  fc.oneof(fc.constantFrom(undefined, ...real), mutated, fc.uint8Array({ maxLength: 60 }).map(Buffer.from)),
  { minLength: 1, maxLength: 5 },
);

describe.each(mechanisms)('$name', (mechanism) => {
  test('lets nobody in, and always comes to an answer', async () => {
    await fc.assert(
      fc.asyncProperty(messages, async (said) => {
        const exchange = mechanism.begin({ protocol: 'smtp', ip: '192.0.2.7' }, services);
        for (const message of said) {
          const step = await exchange.step(message?.toString());
          expect(['challenge', 'refused']).toContain(step.kind);
          if (step.kind === 'refused') return;
        }
      }),
      { numRuns: 3000 },
    );
  });
});

test('on auth.sock each exchange is answered under its number, in whole lines, whatever is said in it', async () => {
  const names = fc.constantFrom(...mechanisms.map(({ name }) => name), 'plain', 'NOPE', '');
  const resp = fc.oneof(
    mutated.map((text) => text.toString('base64')),
    fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\n', '')),
  );
  const number = fc.constantFrom('1', '2', '3', '4294967295', '', 'x');
  const line = fc.oneof(
    fc
      .tuple(number, names, resp)
      .map(([id, name, text]) => `AUTH\t${id}\t${name}\tservice=smtp\tresp=${text}`),
    fc.tuple(number, names).map(([id, name]) => `AUTH\t${id}\t${name}\tservice=smtp\trip=192.0.2.7`),
    fc.tuple(number, resp).map(([id, text]) => `CONT\t${id}\t${text}`),
    number.map((id) => `CANCEL\t${id}`),
    resp,
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.constantFrom(0, 2), async (lines, minor) => {
      const server = authClient({ mechanisms, services, temporaryBy: 'auto', spid: 1, log: silent });
      const { answer, close } = server.converse();
      await answer(`VERSION\t1\t${minor}`);
      for (const said of lines) {
        const reply = await answer(said);
        if (typeof reply !== 'string') break;
        const id = said.split('\t')[1];
        expect(reply).toMatch(/^(?:(?:CONT\t\d+\t[\w+/]*=*|FAIL\t\d+(?:\tcode=\w+)?)\n)?$/u);
        if (reply !== '') expect(reply.split('\t')[1]?.trimEnd()).toBe(id);
      }
      close?.();
    }),
    { numRuns: 3000 },
  );
});
