import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../../src/demo/processes.ts';
import {
  type Address,
  type Flow,
  misdelivered,
  type Settled,
  startFlow,
} from '../support/mail-servers/flow.ts';
import { canRunMailServers, type MailHost, openMailHost } from '../support/mail-servers/host.ts';
import { emptyQueue } from '../support/mail-servers/letters.ts';

const canRun = await canRunMailServers();
const LETTERS = 300;
const PATIENCE = 180_000;

const users = Array.from({ length: 8 }, (_, n) => `user${n}@example.org`);
const user = (n: number): string => users[n % users.length] as string;

/** Every kind of address; extensions and unknown names are new each time, so no cache knows them. */
const kinds: readonly ((n: number) => Address)[] = [
  (n) => ({ to: user(n), users: [user(n)] }),
  (n) => ({ to: user(n).replace('@', `+letter${n}@`), users: [user(n)] }),
  () => ({ to: 'sales@example.org', users: [user(0)] }),
  () => ({ to: 'team@example.org', users: [user(1), user(2), user(3)] }),
  (n) => ({ to: user(n).replace('example.org', 'old.example'), users: [user(n)] }),
  (n) => ({ to: `nobody${n}@example.org`, users: [] }),
];
const addressOf = (n: number): Address => (kinds[n % kinds.length] as (typeof kinds)[number])(n);

describe.skipIf(!canRun)('while mail flows', () => {
  let host: MailHost;

  beforeAll(async () => {
    host = await openMailHost(async ({ run, addUsers }) => {
      await run('domain add example.org');
      await run('domain add old.example --alias-of example.org');
      await addUsers(...users);
      await run(`alias add sales@example.org ${user(0)}`);
      await run(`alias add team@example.org ${user(1)} ${user(2)} ${user(3)}`);
    });
  }, 120_000);

  afterAll(() => host?.close());

  const reach = (flow: Flow, count: number) =>
    waitUntil(`${count} letters have settled`, () => flow.settled() >= count, PATIENCE);

  /** The outage is felt: from now on, somebody is told to come again. */
  async function untilPostponed(flow: Flow): Promise<void> {
    const before = flow.postponed();
    await waitUntil('somebody is told to come again', () => flow.postponed() > before);
  }

  /** Nothing bounced, nothing lost, nothing wrong, nothing twice. */
  async function expectAllRight(flow: Flow): Promise<void> {
    const settled = await flow.done;
    await emptyQueue(host);
    expect(settled).toHaveLength(LETTERS);
    const wrong = settled.filter(({ address, last }) => last.code !== (address.users.length > 0 ? 250 : 550));
    expect(wrong.map(({ address, last }) => `${address.to}: ${last.said}`)).toEqual([]);
    expect(host.postfix.log()).not.toMatch(/status=(?:bounced|expired)/);
    expect(host.sink.mails.map(({ from, text }) => ({ from, text }))).toEqual([]);
    earlier.push(...settled);
    expect(await misdelivered(host, users, earlier)).toEqual({});
  }
  const earlier: Settled[] = [];

  test(
    'PostgreSQL is killed and comes back: no mail is lost, bounced or delivered wrongly',
    async () => {
      const flow = startFlow(host, LETTERS, addressOf);
      await reach(flow, LETTERS / 5);
      await host.database.kill();
      await untilPostponed(flow);
      await pause(1500);
      await host.database.start();
      await expectAllRight(flow);
    },
    PATIENCE,
  );

  test(
    'dovetail is stopped and started: no mail is lost, bounced or delivered wrongly',
    async () => {
      const flow = startFlow(host, LETTERS, addressOf);
      for (const share of [5, 3, 2]) {
        await reach(flow, Math.floor(LETTERS / share));
        await host.dovetail.stop();
        await untilPostponed(flow);
        await host.dovetail.start();
      }
      await expectAllRight(flow);
    },
    PATIENCE,
  );
});
