/** Entries of maps, changed under a running daemon; and a map as a tcp table, asked by Postfix's own postmap. */

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { freePorts } from '../../../src/demo/processes.ts';
import { type RunningDaemon, runDaemon, socketmapClient } from '../../support/daemon.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';

let database: TestDatabase;
let daemon: RunningDaemon;
let port = 0;
const sql = (text: string) => withClient(database.url, (client) => client.query(text));
const ask = async (request: string) => {
  const client = socketmapClient(daemon.socketmap);
  const reply = await client.ask(request);
  client.end();
  return reply;
};
const answers = (request: string, reply: string) => expect.poll(() => ask(request)).toBe(reply);

beforeAll(async () => {
  database = await createTestDatabase();
  await sql(`insert into unified.mail_domains (domain, domain_type, transport)
    values ('relay.example', 'relay', 'smtp:[10.0.0.7]')`);
  [port = 0] = await freePorts(1);
  daemon = await runDaemon(database.url, { tcpTables: [{ map: 'transport_maps', host: '127.0.0.1', port }] });
});
afterAll(async () => {
  await daemon?.close();
  await database?.close();
});

describe('a change is heard:', () => {
  test('an entry that comes, changes and goes', async () => {
    await answers('sender_bcc_maps alice@example.org', 'NOTFOUND ');
    await sql(
      `insert into unified.map_entries (map, key, value) values ('sender_bcc_maps', '@example.org', 'a@x.test')`,
    );
    await answers('sender_bcc_maps alice@example.org', 'OK a@x.test');
    await sql(`update unified.map_entries set value = 'b@x.test'`);
    await answers('sender_bcc_maps alice@example.org', 'OK b@x.test');
    await sql('delete from unified.map_entries');
    await answers('sender_bcc_maps alice@example.org', 'NOTFOUND ');
  });

  test.each([
    [
      'recipient',
      `insert into unified.map_entries (map, key, value) values ('relay_recipient_maps', 'a@relay.example', 'OK')`,
      'delete from unified.map_entries',
    ],
    ['user', `insert into unified.users (email) values ('a@relay.example')`, 'delete from unified.users'],
  ])('the first and last %s of a relay domain', async (_, add, remove) => {
    await answers('relay_recipient_maps ghost@relay.example', 'OK OK');
    await sql(add);
    await answers('relay_recipient_maps ghost@relay.example', 'NOTFOUND ');
    await answers('relay_recipient_maps a@relay.example', 'OK OK');
    await sql(remove);
    await answers('relay_recipient_maps ghost@relay.example', 'OK OK');
  });

  test('an own transport, and one that was entered before it', async () => {
    await answers('transport_maps x@relay.example', 'OK smtp:[10.0.0.7]');
    await sql(
      `insert into unified.map_entries (map, key, value) values ('transport_maps', 'relay.example', 'error:gone')`,
    );
    await answers('transport_maps x@relay.example', 'OK error:gone');
    await sql('delete from unified.map_entries');
    await answers('transport_maps x@relay.example', 'OK smtp:[10.0.0.7]');
  });

  test('a password of a relay host', async () => {
    await sql(
      `insert into unified.map_entries (map, key, value) values ('smtp_sasl_password_maps', '[mx.test]:587', 'me:it')`,
    );
    await answers('smtp_sasl_password_maps [mx.test]:587', 'OK me:it');
    await sql('delete from unified.map_entries');
    await answers('smtp_sasl_password_maps [mx.test]:587', 'NOTFOUND ');
  });
});

const POSTMAP = '/usr/sbin/postmap';

/** In CI it must be there; elsewhere its tests are skipped, loudly. */
function canRunPostmap(): boolean {
  if (existsSync(POSTMAP)) return true;
  const why = `the tests of tcp tables with Postfix's postmap cannot run: there is no ${POSTMAP}`;
  if (process.env.CI) throw new Error(why);
  console.warn(`\n*** SKIPPED: ${why} ***\n`);
  return false;
}

describe.skipIf(!canRunPostmap())('postmap asks the tcp table', () => {
  function postmap(key: string): Promise<{ code: number; said: string }> {
    const folder = mkdtempSync(join(inject('runFolder'), 'postmap-'));
    writeFileSync(join(folder, 'main.cf'), 'compatibility_level = 3.6\n');
    const words = ['-c', folder, '-q', key, `tcp:127.0.0.1:${port}`];
    return new Promise((resolve) => {
      execFile(POSTMAP, words, (error, stdout) =>
        resolve({ code: error ? Number(error.code) : 0, said: stdout.trim() }),
      );
    });
  }

  test('and finds what is there', async () => {
    expect(await postmap('x@relay.example')).toEqual({ code: 0, said: 'smtp:[10.0.0.7]' });
  });
  test('and not what is not', async () => {
    expect(await postmap('x@elsewhere.example')).toEqual({ code: 1, said: '' });
    expect(await postmap('*')).toEqual({ code: 1, said: '' });
  });
  test('a value with spaces comes through', async () => {
    await sql(
      `insert into unified.map_entries (map, key, value) values ('transport_maps', 'a.test', 'error:5.1.1 gone ü')`,
    );
    await expect.poll(() => postmap('x@a.test')).toMatchObject({ said: 'error:5.1.1 gone ü' });
  });
});

test.each([
  ['no_such_map', /which is no map/u],
  ['smtp_sasl_password_maps', /may not be read over TCP/u],
  ['tls_server_sni_maps', /may not be read over TCP/u],
])('%s is refused as a tcp table at the start', async (map, why) => {
  await expect(runDaemon(database.url, { tcpTables: [{ map, host: '127.0.0.1', port: 1 }] })).rejects.toThrow(
    why,
  );
});
