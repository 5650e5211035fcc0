/** answer-server — the least that answers a protocol of lines in Node: the same line to every question.
 *
 * usage    answer-server.mjs SOCKET START ANSWER    lines that begin otherwise are not answered */

import { chmodSync } from 'node:fs';
import { createServer } from 'node:net';

const [path, start, answer] = process.argv.slice(2);
createServer((socket) => {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    let answers = '';
    for (const line of lines) if (line.startsWith(start)) answers += `${answer}\n`;
    if (answers) socket.write(answers);
  });
}).listen(path, () => {
  chmodSync(path, 0o666);
  console.log('ready');
});
