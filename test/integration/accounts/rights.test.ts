/** Receive, send and manage: each right over an address is granted for itself. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addAlias, setAlias } from '../../../src/accounts/aliases.ts';
import { addDomain } from '../../../src/accounts/domains.ts';
import { addGrant, removeGrant, setGrant } from '../../../src/accounts/grants.ts';
import { managing, sending } from '../../../src/accounts/rights.ts';
import { addUser, setUser } from '../../../src/accounts/users.ts';
import { type AccountBook, address, domain, openAccountBook } from './account-book.ts';

const sales = address('sales@home.example');
const [ann, bob] = [address('ann@home.example'), address('bob@home.example')];

let book: AccountBook;

/** Bob is in the group, and may not send as it for that. */
beforeEach(async () => {
  book = await openAccountBook();
  await book.must((change) => addDomain(change, domain('home.example'), {}));
  for (const email of [ann, bob]) await book.must((change) => addUser(change, { email, hash: null }));
  await book.must((change) => addAlias(change, sales, [bob], {}, { maySendAs: false }));
});
afterEach(() => book?.close());

/** `receive member`, … of somebody over the group. */
const rightsOf = async (login: string, over: string = sales): Promise<string[]> => {
  const rows = await book.rows<{ said: string }>(
    `select access_right || ' as ' || because as said
     from unified.mail_rights
     where login = $1 and address = $2
     order by 1`,
    [login, over],
  );
  return rows.map(({ said }) => said);
};
/** Whom Postfix lets send as the group. */
const senders = async (): Promise<string[]> => {
  const rows = await book.rows<{ login: string }>(
    'select login from unified.postfix_smtpd_sender_login_maps where sender = $1 order by 1',
    [sales],
  );
  return rows.map(({ login }) => login);
};
const receivers = async (): Promise<string[]> => {
  const rows = await book.rows<{ destination: string }>(
    'select destination from unified.postfix_virtual_alias_maps where address = $1 order by 1',
    [sales],
  );
  return rows.map(({ destination }) => destination);
};

describe('one does not bring another along:', () => {
  test('who receives does neither send nor manage', async () => {
    expect(await rightsOf(bob)).toEqual(['receive as member']);
    expect(await senders()).toEqual([]);
  });

  test('who may send does neither receive nor manage', async () => {
    await book.must((change) => addGrant(change, sending, sales, ann, {}));
    expect(await rightsOf(ann)).toEqual(['send as grant']);
    expect(await senders()).toEqual([ann]);
    expect(await receivers()).toEqual([bob]);
  });

  test('who manages does neither receive nor send', async () => {
    await book.must((change) => addGrant(change, managing, sales, ann, {}));
    expect(await rightsOf(ann)).toEqual(['manage as grant']);
    expect(await senders()).toEqual([]);
    expect(await receivers()).toEqual([bob]);
  });

  test('taking one back leaves the others', async () => {
    for (const right of [sending, managing])
      await book.must((change) => addGrant(change, right, sales, bob, {}));
    await book.must((change) => removeGrant(change, sending, sales, bob));
    expect(await rightsOf(bob)).toEqual(['manage as grant', 'receive as member']);
    expect(await senders()).toEqual([]);
  });
});

test('one’s own mailbox is received and sent as', async () => {
  expect(await rightsOf(ann, ann)).toEqual(['receive as mailbox', 'send as mailbox']);
});

test('members send where the alias says so', async () => {
  await book.must((change) => setAlias(change, sales, undefined, { maySendAs: true }));
  expect(await rightsOf(bob)).toEqual(['receive as member', 'send as member']);
  expect(await senders()).toEqual([bob]);
});

test('the owner sends and manages, and receives nothing for that', async () => {
  const [row] = await book.rows<{ id: number }>(
    'select id::float8 as id from unified.users where email = $1',
    [ann],
  );
  await book.must((change) => setAlias(change, sales, undefined, { ownerId: row?.id ?? 0 }));
  expect(await rightsOf(ann)).toEqual(['manage as owner', 'send as owner']);
  expect(await receivers()).toEqual([bob]);
});

test('a new member of an alias changes nothing of what members may', async () => {
  await book.must((change) => addAlias(change, sales, [ann], {}, { maySendAs: true }));
  expect(await rightsOf(ann)).toEqual(['receive as member']);
});

test('a grant ends, and a locked user has none', async () => {
  await book.must((change) => addGrant(change, managing, sales, ann, {}));
  await book.must((change) => setUser(change, ann, { locked: true }));
  expect(await rightsOf(ann)).toEqual([]);
  await book.must((change) => setUser(change, ann, { locked: false }));
  await book.must((change) => setGrant(change, managing, sales, ann, { expiresAt: new Date(0) }));
  expect(await rightsOf(ann)).toEqual([]);
});

test('a grant leaves an event and an audit row', async () => {
  await book.must((change) => addGrant(change, managing, sales, ann, {}));
  await book.must((change) => removeGrant(change, managing, sales, ann));
  const events = await book.rows(
    `select event_data->>'change' as change, event_data->>'address' as address
     from unified.mailbox_events where event_type = 'manager_changed' order by id`,
  );
  expect(events).toEqual([
    { change: 'added', address: sales },
    { change: 'removed', address: sales },
  ]);
  const trail = await book.rows<{ action: string }>(
    `select action from unified.audit_log where resource = 'manager' order by id`,
  );
  expect(trail.map(({ action }) => action)).toEqual(['manager.add', 'manager.remove']);
});
