/** query-server — the usual way: one prepared query a request over a pool of 10 connections.
 *
 * usage    node query-server.mjs SOCKET DATABASE_URL
 * limits   answers virtual_mailbox_maps and virtual_alias_maps from the service views; no cache,
 *          no batching, no pipelining; no deadlines, no drain */

import { createServer } from 'node:net';
import pg from 'pg';

const [socketPath, connectionString] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString, max: 10, min: 10 });

const queries = {
  virtual_mailbox_maps:
    'select mailbox as value from unified.postfix_virtual_mailbox_maps where address = $1',
  virtual_alias_maps:
    'select destination as value from unified.postfix_virtual_alias_maps where address = $1',
};

async function answer(request) {
  const space = request.indexOf(' ');
  const name = request.slice(0, space);
  try {
    const { rows } = await pool.query({ name, text: queries[name], values: [request.slice(space + 1)] });
    return rows.length ? `OK ${rows.map((row) => row.value).join(',')}` : 'NOTFOUND ';
  } catch (error) {
    return `TEMP ${error.message}`;
  }
}

/** One request in flight a connection, as Postfix asks: order needs no care. */
function converse(socket) {
  let rest = '';
  socket.on('error', () => socket.destroy());
  socket.on('data', async (chunk) => {
    rest += chunk.toString('latin1');
    for (;;) {
      const colon = rest.indexOf(':');
      const end = colon + 1 + Number(rest.slice(0, colon));
      if (colon < 0 || rest.length <= end) return;
      const request = Buffer.from(rest.slice(colon + 1, end), 'latin1').toString();
      rest = rest.slice(end + 1);
      const reply = await answer(request);
      socket.write(`${Buffer.byteLength(reply)}:${reply},`);
    }
  });
}

await Promise.all(Array.from({ length: 10 }, () => pool.query('select pg_sleep(0.05)')));
createServer(converse).listen(socketPath, () => process.stdout.write('ready\n'));
