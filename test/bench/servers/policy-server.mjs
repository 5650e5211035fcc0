/** policy-server — the bare reference: `node:net`, and DUNNO for whatever ends with an empty line.
 *
 * usage    node policy-server.mjs SOCKET
 * limits   takes nothing apart, and has no limits: what a policy request costs at the very least */

import { createServer } from 'node:net';

const END = Buffer.from('\n\n');

function converse(socket) {
  let rest = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    const bytes = rest.length ? Buffer.concat([rest, chunk]) : chunk;
    let start = 0;
    let replies = '';
    for (let end = bytes.indexOf(END); end >= 0; end = bytes.indexOf(END, start)) {
      replies += 'action=DUNNO\n\n';
      start = end + 2;
    }
    rest = bytes.subarray(start);
    if (replies) socket.write(replies);
  });
}

createServer(converse).listen(process.argv[2], () => process.stdout.write('ready\n'));
