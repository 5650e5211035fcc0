import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientOf, correspondentOf, keysOf } from '../../../../src/policy/greylist/keys.ts';

test('what each is about, as people read it', () => {
  expect(keysOf('192.0.2.7', 'Ann@Example.NET', 'alice@example.org')).toMatchObject({
    triplet: {
      kind: 'triplet',
      network: '192.0.2.0/24',
      sender: 'ann@example.net',
      recipient: 'alice@example.org',
    },
    client: { kind: 'client', network: '192.0.2.0/24', sender: 'example.net', recipient: null },
    correspondent: { kind: 'correspondent', network: null, sender: 'ann@example.net', recipient: null },
  });
});

const client = fc.constantFrom('192.0.2.7', '192.0.2.8', '198.51.100.1', '2001:db8::1', '2001:db8:0:1::1');
const words = fc.constantFrom(
  'a@x.test',
  'A@X.test',
  'b@x.test',
  'a@y.test',
  'no address',
  'client',
  '',
  'é@x.test',
);

test('two keys are the same where what they are about is, asked once or again', () => {
  const subjects = fc.tuple(client, words, words).map((asked) => {
    const { triplet, client: network, correspondent } = keysOf(...asked);
    expect(keysOf(...asked)).toEqual({ triplet, client: network, correspondent });
    expect(clientOf(asked[0], asked[1])).toEqual(network);
    expect(correspondentOf(asked[1])).toEqual(correspondent);
    return [triplet, network, correspondent];
  });
  fc.assert(
    fc.property(subjects, subjects, (some, others) => {
      for (const { key, ...one } of some)
        for (const { key: otherKey, ...other } of others)
          expect(key === otherKey).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
  );
});
