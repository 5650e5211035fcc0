/** policy-smtp — mail through Postfix with the policy service on, against the same Postfix without it.
 *
 * Both take their maps from one daemon. With it, each recipient is a question, and so is the end of the data: as
 * in the configuration that dovetail generates. All rules are as they are by default. */

import { openHost, startDaemon } from '../hosts.ts';
import { missingForPostfix, type Postfix, startPostfix } from '../postfix.ts';
import { interleave, median, type Rounds, ratio } from '../rounds.ts';
import type { Row } from '../table.ts';
import type { Benchmark } from '../workbench.ts';
import { ACCOUNTS } from './cached.ts';
import { socketMaps } from './smtp.ts';

type Name = 'without' | 'with';

export const policySmtp: Benchmark = {
  name: 'policy-smtp',
  about: 'mail through Postfix, 20 sessions, with the policy service and without it',
  async run(bench) {
    const missing = await missingForPostfix();
    if (missing) {
      bench.say(`policy-smtp: SKIPPED, ${missing}`);
      return [];
    }
    const { url } = await openHost(bench, ACCOUNTS);
    const unpinned = { ...bench, cores: { server: undefined, client: undefined } };
    const daemon = await startDaemon(unpinned, url);
    const check = `check_policy_service unix:${daemon.policy}`;
    const asking = `smtpd_recipient_restrictions = ${check}\nsmtpd_end_of_data_restrictions = ${check}`;
    const maps = () => socketMaps(daemon.socketmap);
    const postfixes: Readonly<Record<Name, Postfix>> = {
      without: await startPostfix(bench, 'without-policy', 'disk', maps),
      with: await startPostfix(bench, 'with-policy', 'disk', maps, asking),
    };
    for (const postfix of Object.values(postfixes)) await checkDeliveries(postfix);
    const messages = bench.quick ? 200 : 600;
    const send = (name: Name) => async () =>
      messages / (await postfixes[name].send({ messages, sessions: 20, recipients: 'same' }));
    const rates = await interleave({ without: send('without'), with: send('with') }, bench.quick ? 3 : 9);
    return rowsOf(rates);
  },
};

/** What is refused would be quick. */
async function checkDeliveries(postfix: Postfix): Promise<void> {
  const deliveries = await postfix.trace({ messages: 20, sessions: 20, recipients: 'same' });
  if (deliveries.length !== 40) throw new Error(`policy-smtp: ${deliveries.length} deliveries of 40`);
}

function rowsOf(rates: Rounds<Name>): Row[] {
  const plain = (how: Name): Row => ({
    what: `policy-smtp: ${how} the policy service`,
    value: median(rates[how]),
    unit: 'messages/s',
    rounds: rates[how],
  });
  return [
    plain('without'),
    plain('with'),
    {
      what: 'policy-smtp: with / without',
      value: ratio(rates.with, rates.without),
      unit: 'times',
      goal: { atLeast: 0.9 },
    },
  ];
}
