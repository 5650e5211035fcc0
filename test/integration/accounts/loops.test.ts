/** No sequence of aliases that the services accept holds a loop, by a model that knows none of
 * their code. */

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AliasKey, addAlias } from '../../../src/accounts/aliases.ts';
import { addDomain } from '../../../src/accounts/domains.ts';
import { addUser } from '../../../src/accounts/users.ts';
import type { Address } from '../../../src/base/address.ts';
import { type AccountBook, address, domain, openAccountBook } from './account-book.ts';

const LOCALS = ['a', 'b', 'c', 'a+x', 'm'];
const DOMAINS = ['home.example', 'old.example', 'two.example', 'elsewhere.net'];
const MAILBOXES = ['m@home.example', 'a@two.example'];

const anyAddress = fc
  .tuple(fc.constantFrom(...LOCALS), fc.constantFrom(...DOMAINS))
  .map(([l, d]) => address(`${l}@${d}`));
const anyKey = fc.oneof(
  { weight: 4, arbitrary: anyAddress as fc.Arbitrary<AliasKey> },
  { weight: 1, arbitrary: fc.constantFrom(...DOMAINS).map((d) => `@${d}` as AliasKey) },
);
const additions = fc.array(fc.tuple(anyKey, fc.array(anyAddress, { minLength: 1, maxLength: 2 })), {
  maxLength: 14,
});

let book: AccountBook;

beforeAll(async () => {
  book = await openAccountBook();
  await book.must((change) => addDomain(change, domain('home.example'), {}));
  await book.must((change) => addDomain(change, domain('two.example'), {}));
  await book.must((change) => addDomain(change, domain('old.example'), { aliasOf: domain('home.example') }));
  for (const email of MAILBOXES)
    await book.must((change) => addUser(change, { email: address(email), hash: null }));
});

afterAll(() => book?.close());

type Aliases = ReadonlyMap<string, readonly string[]>;

/** The key that answers for an address: the order of promise 4, in the plainest words. */
function keyFor(text: string, aliases: Aliases): string | undefined {
  const [local, host] = text.split('@') as [string, string];
  const hosts = host === 'old.example' ? [host, 'home.example'] : [host];
  const bare = local.split('+')[0];
  const exact = hosts.flatMap((each) => [`${local}@${each}`, `${bare}@${each}`]);
  const hit = exact.find((key) => aliases.has(key) || MAILBOXES.includes(key));
  return hit ?? hosts.map((each) => `@${each}`).find((key) => aliases.has(key));
}

function leadsBack(key: string, aliases: Aliases, path: readonly string[] = []): boolean {
  if (path.includes(key)) return true;
  const onward = (aliases.get(key) ?? []).filter((to) => !(to === key && MAILBOXES.includes(key)));
  return onward.some((to) => {
    const next = keyFor(to, aliases);
    return next !== undefined && leadsBack(next, aliases, [...path, key]);
  });
}

test('no sequence of accepted aliases holds a loop', async () => {
  await fc.assert(
    fc.asyncProperty(additions, async (wanted) => {
      await book.rows('delete from unified.email_aliases');
      const accepted = new Map<string, Address[]>();
      for (const [key, destinations] of wanted) {
        const outcome = await book.make((change) => addAlias(change, key, destinations, {}));
        const after = new Map(accepted).set(key, [...(accepted.get(key) ?? []), ...destinations]);
        const loops = [...after.keys()].some((each) => leadsBack(each, after));
        if (outcome.kind === 'done') {
          expect(loops).toBe(false);
          accepted.set(key, after.get(key) as Address[]);
        } else if (outcome.why.includes('loop')) {
          expect(loops).toBe(true);
        }
      }
    }),
    { numRuns: 60 },
  );
});
