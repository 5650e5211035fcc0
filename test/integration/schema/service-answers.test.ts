/* The views that Postfix and Dovecot ask are made to be planned quickly. Here they are held to what they
 * mean: against plain definitions, and, as Postfix follows them, against the model of the rules. */

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Entries } from '../../support/address-book.ts';
import { find, follow } from '../../support/address-model.ts';
import { createSchema, type Schema } from '../../support/schema.ts';
import { type Accounts, accounts, DOMAINS, entriesOf, LOCALS, load } from './account-rows.ts';
import { PLAIN } from './plain-views.ts';

let schema: Schema;

beforeAll(async () => {
  schema = await createSchema();
});
afterAll(() => schema.close());

describe('on random accounts', () => {
  test('every view has exactly the rows of its plain definition', { timeout: 120_000 }, async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(accounts(DOMAINS), async (book) => {
        await load(schema, book);
        for (const [view, plain] of Object.entries(PLAIN)) {
          const rows = await schema.rows(`
            with served as (select * from unified.${view}), meant as (${plain})
            (select 'too many' as what, * from (select * from served except all select * from meant) s)
            union all
            (select 'missing', * from (select * from meant except all select * from served) m)`);
          expect(rows, view).toEqual([]);
          if ((await schema.rows(`select from unified.${view} limit 1`)).length > 0) seen.add(view);
        }
      }),
      { numRuns: 300 },
    );
    expect([...seen].sort()).toEqual(Object.keys(PLAIN).sort());
  });

  test('mail ends where the model says, when Postfix follows the views', { timeout: 120_000 }, async () => {
    // Of an alias domain's own catch-all the daemon knows more than Postfix can ask for.
    const catching = DOMAINS.filter((domain) => domain !== 'alias.test');
    await fc.assert(
      fc.asyncProperty(accounts(catching).map(withoutRelayed), async (book) => {
        await load(schema, book);
        const maps = await readMaps();
        const entries = entriesOf(book);
        for (const asked of ASKED) {
          const meant = endsByModel(entries, asked);
          if (meant !== 'loop')
            expect({ asked, ends: endsByPostfix(maps, asked) }).toEqual({ asked, ends: meant });
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** Who is refused in a relay domain is the matter of relay_recipient_maps. */
const withoutRelayed = (book: Accounts): Accounts => ({
  ...book,
  users: book.users.filter(({ email }) => !email.endsWith('@relay.test')),
  aliases: book.aliases.filter(({ key }) => !key.endsWith('@relay.test')),
});

const ASKED = DOMAINS.flatMap((domain) => [...LOCALS, 'a+t', 'none'].map((local) => `${local}@${domain}`));

interface Maps {
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  readonly mailboxes: ReadonlySet<string>;
  readonly relayed: ReadonlySet<string>;
}

async function readMaps(): Promise<Maps> {
  const aliases = new Map<string, string[]>();
  const rows = await schema.rows<{ address: string; destination: string }>(
    'select address, destination from unified.postfix_virtual_alias_maps',
  );
  for (const { address, destination } of rows)
    aliases.set(address, [...(aliases.get(address) ?? []), destination]);
  return {
    aliases,
    mailboxes: new Set(
      await schema.values<string>('select address from unified.postfix_virtual_mailbox_maps'),
    ),
    relayed: new Set(await schema.values<string>('select domain from unified.postfix_relay_domains')),
  };
}

/** Where cleanup(8) and virtual(8) or relay take it: virtual(5), TABLE SEARCH ORDER. */
function endsByPostfix(maps: Maps, asked: string): string[] {
  const ends = new Set<string>();
  expand(asked, [], maps.aliases, (end) => {
    const host = end.slice(end.indexOf('@') + 1);
    const bare = end.replace(/\+[^@]*@/u, '@');
    const isHere = maps.mailboxes.has(end) || maps.mailboxes.has(bare);
    if (isHere || maps.relayed.has(host) || host === 'else.test') ends.add(end);
  });
  return [...ends].sort();
}

function expand(
  address: string,
  path: readonly string[],
  aliases: Maps['aliases'],
  end: (address: string) => void,
): void {
  const [local, host] = address.split('@') as [string, string];
  const bare = local.split('+')[0] as string;
  const extension = local.slice(bare.length);
  const extended = aliases.has(address) ? '' : extension;
  const found = aliases.get(address) ?? aliases.get(`${bare}@${host}`);
  const destinations = found?.map((to) => to.replace('@', `${extended}@`)) ?? aliases.get(`@${host}`);
  if (!destinations) {
    end(address);
    return;
  }
  for (const to of destinations) {
    const next = to.startsWith('@') ? `${local}${to}` : to;
    if (next === address) end(next);
    else if (!path.includes(next)) expand(next, [...path, address], aliases, end);
  }
}

function endsByModel(entries: Entries, asked: string): string[] | 'loop' {
  const hit = find(entries, asked);
  if (hit === 'elsewhere') return [asked];
  if (hit === undefined || hit === 'refused') return [];
  if ('mailbox' in hit) return [hit.mailbox];
  const walk = follow(entries, asked, hit);
  return walk.loop ? 'loop' : [...walk.targets].sort();
}
