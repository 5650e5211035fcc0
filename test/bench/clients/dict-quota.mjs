/** dict-quota — reports what mailboxes use, as Dovecot's quota_clone does, as fast as the reports are kept.
 *
 * usage    dict-quota.mjs SOCKET CONNECTIONS SECONDS USERS DOMAIN
 * load     ten transactions under way on each connection, the users <even number>box@DOMAIN in turns; at the
 *          end the last answers are waited for
 * output   one line of JSON: reports that were kept, failed ones (said to be anything else), seconds
 * source   Dovecot's dict protocol, major 3: H, B, S, and D, the commit that Dovecot does not wait for */

import { createConnection } from 'node:net';

const [socket, connections, seconds, users, domain] = process.argv.slice(2);
const UNDER_WAY = 10;
const started = performance.now();
const until = started + Number(seconds) * 1000;
let next = 0;
let reports = 0;
let failed = 0;

function report(id) {
  const number = next++;
  const user = `${(number % Number(users)) * 2}box@${domain}`;
  const sets = [`storage\t${1000 + number}`, `messages\t${1 + (number % 1000)}`];
  return `B${id}\t${user}\n${sets.map((set) => `S${id}\tpriv/quota/${set}\n`).join('')}D${id}\n`;
}

function converse() {
  return new Promise((resolve, reject) => {
    const peer = createConnection(socket);
    let id = 0;
    let open = 0;
    let rest = '';
    const ask = (count) => {
      let text = '';
      for (let i = 0; i < count; i += 1) text += report(++id);
      open += count;
      peer.write(text);
    };
    peer.setEncoding('utf8');
    peer.on('error', reject).on('close', () => reject(new Error('the server closed a connection')));
    peer.on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        if (line.startsWith('AO')) reports += 1;
        else if (failed++ < 3) console.error(`dict-quota: got ${line}`);
      }
      open -= lines.length;
      if (performance.now() < until) ask(lines.length);
      else if (open === 0) {
        peer.removeAllListeners('close');
        peer.end();
        resolve();
      }
    });
    peer.write('H3\t2\t0\t\tquota\n');
    ask(UNDER_WAY);
  });
}

await Promise.all(Array.from({ length: Number(connections) }, converse));
console.log(JSON.stringify({ reports, failed, seconds: (performance.now() - started) / 1000 }));
