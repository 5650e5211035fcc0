/** smtp — mail through real Postfix: the daemon against lmdb files, pgsql:, proxy:pgsql: and a bare Map.
 *
 * Every instance is first traced: each delivery must go where the maps lead. Then rounds of
 * `smtp-source` are interleaved; a round ends when the queue is empty. The goals are for messages
 * to the same two recipients, as smtp-source sends them unless told otherwise, with the queue on the
 * disk; with new recipients in each message Postfix asks its maps about twice as often, and with the
 * queue in memory nothing else is waited for. */

import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  asRole,
  DOMAIN,
  type Host,
  openHost,
  PLAIN_ALIAS,
  questionsAbout,
  startDaemon,
  withClient,
} from '../hosts.ts';
import { type Question, writeQuestions } from '../load.ts';
import {
  type Mail,
  type Maps,
  missingForPostfix,
  type Postfix,
  type QueuePlace,
  startPostfix,
} from '../postfix.ts';
import { mustRun } from '../processes.ts';
import { interleave, median, type Rounds, ratio } from '../rounds.ts';
import type { Row } from '../table.ts';
import { type Benchmark, sourceOf, type Workbench } from '../workbench.ts';
import { ACCOUNTS, startBare } from './cached.ts';

const FLAVOURS = ['lmdb', 'pgsql', 'proxy', 'map', 'dovetail'] as const;
type Flavour = (typeof FLAVOURS)[number];
/** Whose rounds are worth repeating with the queue in memory. */
const QUICK_ONES = ['lmdb', 'map', 'dovetail'] as const;
type QuickOne = (typeof QUICK_ONES)[number];
type Instances<F extends Flavour = Flavour> = Readonly<Record<F, Postfix>>;

export const smtp: Benchmark = {
  name: 'smtp',
  about: 'mail through Postfix, 20 sessions, 2 recipients a message, against other kinds of maps',
  async run(bench) {
    const missing = await missingForPostfix();
    if (missing) {
      bench.say(`smtp: SKIPPED, ${missing}`);
      return [];
    }
    const host = await openHost(bench, ACCOUNTS);
    const start = await makeStarters(bench, host);
    const onDisk = await startInstances(FLAVOURS, start, 'disk');
    const inMemory = existsSync('/dev/shm') ? await startInstances(QUICK_ONES, start, 'memory') : undefined;
    for (const flavour of FLAVOURS) await checkDeliveries(bench, flavour, host, onDisk[flavour]);
    bench.say('smtp: every delivery went where the maps lead');
    const rows = rowsOfSame(await race(bench, onDisk, FLAVOURS, 'same'));
    const about = { 'queue on disk, every recipient new': await race(bench, onDisk, QUICK_ONES, 'new') };
    if (inMemory) {
      Object.assign(about, {
        'queue in memory': await race(bench, inMemory, QUICK_ONES, 'same'),
        'queue in memory, every recipient new': await race(bench, inMemory, QUICK_ONES, 'new'),
      });
    }
    const others = Object.entries(about).flatMap(([how, rates]) => rowsAbout(how, rates));
    return [...rows, ...others, ...(await countConnections(bench, host, onDisk))];
  },
};

type Start = (place: QueuePlace) => Promise<Postfix>;

/** How to start a Postfix on each kind of maps. */
async function makeStarters(bench: Workbench, host: Host): Promise<Readonly<Record<Flavour, Start>>> {
  const roles = await makeRoles(host);
  const questions = path.join(bench.folder, 'smtp.tsv');
  await writeQuestions(questions, allAnswers(host));
  const unpinned = { ...bench, cores: { server: undefined, client: undefined } };
  const server = [process.execPath, sourceOf('servers/map-server.mjs')];
  const map = await startBare(unpinned, server, 'map.sock', questions);
  const daemon = await startDaemon(unpinned, asRole(host.url, roles.dovetail));
  await mustRun(['chmod', '0666', map.socketmap]);
  const starter =
    (name: string, makeMaps: (home: string) => Maps | Promise<Maps>): Start =>
    (place) =>
      startPostfix(bench, name, place, makeMaps);
  return {
    lmdb: starter('lmdb', (home) => lmdbMaps(home, host)),
    pgsql: starter('pgsql', (home) => pgsqlMaps(home, asRole(host.url, roles.pgsql), 'pgsql')),
    proxy: starter('proxy', (home) => pgsqlMaps(home, asRole(host.url, roles.proxy), 'proxy:pgsql')),
    map: starter('map', () => socketMaps(map.socketmap)),
    dovetail: starter('dovetail', () => socketMaps(daemon.socketmap)),
  };
}

async function startInstances<F extends Flavour>(
  flavours: readonly F[],
  start: Readonly<Record<Flavour, Start>>,
  place: QueuePlace,
): Promise<Instances<F>> {
  const instances = {} as Record<F, Postfix>;
  for (const flavour of flavours) instances[flavour] = await start[flavour](place);
  return instances;
}

/** A role for each, so that PostgreSQL can say whose connections are whose. */
async function makeRoles({ url, mailboxes }: Host): Promise<Record<'pgsql' | 'proxy' | 'dovetail', string>> {
  const roles = {
    pgsql: `pgsql_${mailboxes}`,
    proxy: `proxy_${mailboxes}`,
    dovetail: `dovetail_${mailboxes}`,
  };
  await withClient(url, async (client) => {
    for (const role of Object.values(roles)) await client.query(`create role ${role} login superuser`);
  });
  return roles;
}

function* allAnswers(host: Host): Generator<Question> {
  yield { map: 'virtual_alias_maps', key: PLAIN_ALIAS.address, value: PLAIN_ALIAS.destination };
  yield { map: 'virtual_mailbox_domains', key: DOMAIN, value: DOMAIN };
  yield* questionsAbout(host, 0, 2 * host.mailboxes);
}

async function lmdbMaps(home: string, host: Host): Promise<Maps> {
  const lines = {
    virtual_mailbox_domains: [] as string[],
    virtual_mailbox_maps: [] as string[],
    virtual_alias_maps: [] as string[],
  };
  for (const { map, key, value } of allAnswers(host))
    if (value) lines[map as keyof Maps].push(`${key} ${value}\n`);
  for (const [map, entries] of Object.entries(lines)) {
    writeFileSync(path.join(home, map), entries.join(''));
    await mustRun(['postmap', '-c', `${home}/config`, `lmdb:${home}/${map}`]);
  }
  return mapsNamed((map) => `lmdb:${home}/${map}`);
}

const QUERIES: Maps = {
  virtual_mailbox_domains: "select domain from unified.postfix_virtual_mailbox_domains where domain = '%s'",
  virtual_mailbox_maps: "select mailbox from unified.postfix_virtual_mailbox_maps where address = '%s'",
  virtual_alias_maps: "select destination from unified.postfix_virtual_alias_maps where address = '%s'",
};

function pgsqlMaps(home: string, url: string, type: string): Maps {
  for (const [map, query] of Object.entries(QUERIES)) {
    writeFileSync(
      path.join(home, `${map}.cf`),
      `hosts = ${url}\ndbname = ${path.basename(new URL(url).pathname)}\nquery = ${query}\n`,
    );
  }
  return mapsNamed((map) => `${type}:${home}/${map}.cf`);
}

export const socketMaps = (socket: string): Maps => mapsNamed((map) => `socketmap:unix:${socket}:${map}`);

const mapsNamed = (name: (map: string) => string): Maps => ({
  virtual_mailbox_domains: name('virtual_mailbox_domains'),
  virtual_mailbox_maps: name('virtual_mailbox_maps'),
  virtual_alias_maps: name('virtual_alias_maps'),
});

async function checkDeliveries(
  bench: Workbench,
  flavour: Flavour,
  host: Host,
  postfix: Postfix,
): Promise<void> {
  const destinations = new Map<string, string>();
  for (const { map, key, value } of allAnswers(host)) {
    if (map === 'virtual_alias_maps' && value) destinations.set(key, value);
  }
  for (const recipients of ['same', 'new'] as const) {
    const messages = bench.quick ? 40 : 100;
    const deliveries = await postfix.trace({ messages, sessions: 20, recipients });
    const wrong = deliveries.filter(
      ({ asked, delivered }) => delivered !== (destinations.get(asked) ?? asked),
    );
    const aliases = deliveries.filter(({ asked }) => destinations.has(asked));
    if (wrong.length > 0 || deliveries.length !== 2 * messages || aliases.length !== messages) {
      throw new Error(`smtp: ${flavour} delivered ${deliveries.length}, wrongly: ${JSON.stringify(wrong)}`);
    }
  }
}

function race<F extends Flavour>(
  bench: Workbench,
  instances: Instances<F>,
  flavours: readonly F[],
  recipients: Mail['recipients'],
): Promise<Rounds<F>> {
  // A round of each should take a second or two; queries for each lookup are many times slower.
  const isSlow = (flavour: Flavour) => flavour === 'pgsql' || flavour === 'proxy';
  const messagesOf = (flavour: Flavour) => (bench.quick ? 200 : 600) / (isSlow(flavour) ? 4 : 1);
  const send = async (flavour: F) => {
    const messages = messagesOf(flavour);
    return messages / (await instances[flavour].send({ messages, sessions: 20, recipients }));
  };
  const contestants = Object.fromEntries(flavours.map((flavour) => [flavour, () => send(flavour)]));
  return interleave(contestants as Record<F, () => Promise<number>>, bench.quick ? 3 : 9);
}

const WORDS: Record<Flavour, string> = {
  lmdb: 'lmdb files',
  pgsql: 'pgsql:',
  proxy: 'proxy:pgsql:',
  map: 'bare Node Map',
  dovetail: 'dovetail',
};

const rateRow = (what: string, rounds: readonly number[]): Row => ({
  what,
  value: median(rounds),
  unit: 'messages/s',
  rounds,
});

function rowsOfSame(rates: Rounds<Flavour>): Row[] {
  const against = (flavour: Flavour, atLeast: number): Row => ({
    what: `smtp: dovetail / ${WORDS[flavour]}`,
    value: ratio(rates.dovetail, rates[flavour]),
    unit: 'times',
    goal: { atLeast },
    note: `bare Node Map: ${ratio(rates.map, rates[flavour]).toFixed(2)}`,
  });
  return [
    ...FLAVOURS.map((flavour) => rateRow(`smtp: ${WORDS[flavour]}`, rates[flavour])),
    against('lmdb', 0.85),
    against('pgsql', 1.85),
    against('proxy', 1.7),
  ];
}

function rowsAbout(how: string, { lmdb, map, dovetail }: Rounds<QuickOne>): Row[] {
  const what = `smtp, ${how}: dovetail`;
  const note = `bare Node Map: ${ratio(map, lmdb).toFixed(2)}`;
  return [
    rateRow(what, dovetail),
    { what: `${what} / ${WORDS.lmdb}`, value: ratio(dovetail, lmdb), unit: 'times', note },
  ];
}

/** The most connections that PostgreSQL saw while 80 sessions sent. */
async function countConnections(
  bench: Workbench,
  { url, mailboxes }: Host,
  instances: Instances,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const flavour of ['pgsql', 'proxy', 'dovetail'] as const) {
    let most = 0;
    await withClient(url, async (client) => {
      const count = 'select count(*)::int as n from pg_stat_activity where usename = $1';
      let isSending = true;
      const sent = instances[flavour]
        .send({ messages: bench.quick ? 240 : 800, sessions: 80, recipients: 'new' })
        .finally(() => (isSending = false));
      while (isSending) {
        const { rows: counted } = await client.query(count, [`${flavour}_${mailboxes}`]);
        most = Math.max(most, counted[0].n);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await sent;
    });
    const goal = flavour === 'dovetail' ? { goal: { atMost: 6 } } : {};
    rows.push({
      what: `PostgreSQL connections at 80 sessions: ${WORDS[flavour]}`,
      value: most,
      unit: 'connections',
      ...goal,
    });
  }
  return rows;
}
