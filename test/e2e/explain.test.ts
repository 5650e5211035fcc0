/** What `explain recipient` says that Postfix asks is what real Postfixes ask, in that order. */

import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeScratchFolder, removeScratchFolder } from '../../src/demo/mail-host.ts';
import { overhear } from '../../src/demo/overhear.ts';
import { waitUntil } from '../../src/demo/processes.ts';
import { netstring } from '../../src/wire/netstring.ts';
import { canRunMailServers, type MailHost, openMailHost } from '../support/mail-servers/host.ts';
import { send } from '../support/mail-servers/letters.ts';
import { machines } from '../support/mail-servers/machines.ts';

const OLD = 'old@example.org';
const ROBERT = 'robert@away.example';
const maps = ['relay', 'transport', 'bcc', 'canonical', 'relayhost', 'relocated', 'tls'];
/** Asked at RCPT TO alone, with other parts of the generated configuration, or of a host that wants a password. */
const ELSEWHERE =
  /^(?:virtual_mailbox_maps|srs_|sender_dependent_default_transport_maps|smtp_sasl_password_maps)/u;

describe.each([
  ['3.7', '2.3'],
  ['3.10', '2.4'],
] as const)('Postfix %s', async (_, dovecot) => {
  const canRun = await canRunMailServers(dovecot);
  describe.skipIf(!canRun)('is overheard', () => {
    let host: MailHost;
    let folder: string;
    let closeEars: (() => void) | undefined;
    const heard: { question: string; answer: string }[] = [];

    beforeAll(async () => {
      folder = makeScratchFolder(machines[dovecot].root);
      const prepare = async ({ run, addUsers }: Pick<MailHost, 'run' | 'addUsers'>) => {
        await run('domain add example.org');
        await addUsers('alice@example.org');
        await run('alias add team@example.org alice@example.org friend@far.example');
        await run(`map add recipient_canonical_maps ${OLD} new@example.org`);
        await run('map add canonical_maps new@example.org team@example.org');
        await run('map add recipient_bcc_maps team@example.org archive@far.example');
      };
      host = await openMailHost(prepare, dovecot, { maps, socketFolder: folder });
      const { runDir } = host.dovetail;
      for (const name of ['policy.sock', 'login.sock', 'dict.sock'])
        symlinkSync(join(runDir, name), join(folder, name));
      closeEars = await overhear({
        path: join(folder, 'socketmap.sock'),
        daemon: join(runDir, 'socketmap.sock'),
        framing: netstring(110_000),
        report: (one) => void heard.push(one),
      });
      const here = `[127.0.0.1]:${host.sink.port}`;
      await host.run(`map add transport_maps far.example smtp:${here}`);
      await host.run(`map add smtp_tls_policy_maps ${here} may`);
      await host.run(`map add sender_dependent_relayhost_maps ${ROBERT} ${here}`);
    }, 120_000);
    afterAll(async () => {
      closeEars?.();
      await host?.close();
      removeScratchFolder(folder);
    });

    test('and asks what explain says, in its order', async () => {
      const letter = { from: ROBERT, to: OLD, subject: 'overheard' };
      // Until it finds the socket, Postfix says "later".
      await waitUntil('the letter is taken', async () => {
        heard.length = 0;
        return (await send(host, letter)).code === 250;
      });
      await waitUntil('it has arrived', () =>
        host.sink.mails.some(({ to }) => to.includes('friend@far.example')),
      );
      const words = ['explain', 'recipient', OLD, '--sender', ROBERT, '--json'];
      const { way } = JSON.parse(await host.dovetail.command(words));
      const told = way
        .filter(({ map }: { map: string }) => !ELSEWHERE.test(map))
        .map(({ map, key, reply }: Record<string, string>) => `${map} ${key} → ${reply}`);
      const asked = heard.map(({ question, answer }) => `${question} → ${answer}`);
      expect(told.length).toBeGreaterThan(10);
      expect(missingFrom(asked, told)).toEqual([]);
    });
  });
});

/** What of `wanted` does not come in `all` behind what of it came before. */
function missingFrom(all: readonly string[], wanted: readonly string[]): readonly string[] {
  let from = 0;
  return wanted.filter((one) => {
    const at = all.indexOf(one, from);
    if (at < 0) return true;
    from = at + 1;
    return false;
  });
}
