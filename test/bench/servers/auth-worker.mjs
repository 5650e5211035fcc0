/** auth-worker — the least that a worker of Dovecot's auth can be in Node: everybody is who he says.
 *
 * usage    auth-worker.mjs SOCKET ANSWER         what comes after the number and OK */

import { chmodSync } from 'node:fs';
import { createServer } from 'node:net';

const [path, answer] = process.argv.slice(2);
createServer((socket) => {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('error', () => undefined);
  socket.write('VERSION\tauth-worker\t1\t0\nPROCESS-LIMIT\t100\n');
  socket.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    let answers = '';
    for (const line of lines) {
      const [id, command] = line.split('\t', 2);
      if (command === 'PASSV') answers += `${id}\tOK\t${answer}\n`;
    }
    if (answers) socket.write(answers);
  });
}).listen(path, () => {
  chmodSync(path, 0o666);
  console.log('ready');
});
