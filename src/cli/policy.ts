/** policy — `dovetail policy rules | test`: which rules are in force, and what others would change. */

import { example, readLimit } from './accounts.ts';
import type { CommandFile, World } from './command.ts';
import { testPolicy } from './policy-test.ts';
import type { LimitOptions } from './policy-test-limits.ts';

export const policy: CommandFile = {
  register(program, world) {
    const family = program.command('policy').description('what Postfix is told, and by which rules');
    family
      .command('rules')
      .description('list the rules in the order in which they are asked')
      .addHelpText('after', example('dovetail policy rules'))
      .action(() => rules(world));
    family
      .command('test')
      .description(
        'replay a mail log or a file of policy requests against changed rules or limits, and show what differs',
      )
      .argument(
        '<files...>',
        'mail logs, the oldest first, or requests as Postfix sends them; - is stdin, .gz is unpacked',
      )
      .option('--rules <rules>', 'as policy_rules would say it: a rule that is not named is off')
      .option('--with <rules>', "today's rules, but these as said: greylisting=enforce")
      .option('--with-limit <limit>', 'with this limit, written as for limit add; may be repeated', another)
      .option('--with-limits <file>', 'with these, one a line; may be repeated', another)
      .option('--limit <number>', 'list at most so many answers that change; all are counted', '1000')
      .addHelpText(
        'after',
        `${example(
          'dovetail policy test /var/log/mail.log.1 /var/log/mail.log --with greylisting=enforce',
          "dovetail policy test /var/log/mail.log --with-limit 'recipients 1h 200 --domain example.org'",
          "zcat /var/log/mail.log.*.gz | dovetail policy test - --rules 'recipient-status, rate-limits=enforce'",
        )}\nExit code: 0 whatever differs, 1 a file cannot be read, 2 wrong usage, 75 a rule could not find something out.`,
      )
      .action((files: string[], { limit, ...options }: TestWords) =>
        testPolicy(world, files, { ...options, limit: readLimit('cannot replay', limit) ?? 0 }),
      );
  },
};

interface TestWords extends LimitOptions {
  readonly rules?: string;
  readonly with?: string;
  readonly limit: string;
}

const another = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

async function rules(world: World): Promise<void> {
  const settings = await world.settings();
  const { orderRules } = await import('../policy/order.ts');
  const { policyRules } = await import('../policy/rules/index.ts');
  const rows = orderRules(policyRules, settings.policyRules).map(({ rule, mode, whenUnknown }, at) => ({
    order: at + 1,
    rule: rule.name,
    mode,
    when_unknown: whenUnknown,
    states: rule.states,
    words: rule.words,
  }));
  await world.output.list(
    [
      { head: '#', align: 'right', cell: (row) => row.order },
      { head: 'RULE', cell: (row) => row.rule },
      { head: 'MODE', cell: (row) => row.mode },
      { head: 'ON FAILURE', cell: (row) => row.when_unknown },
      { head: 'ASKED AT', cell: (row) => row.states.join(', ') },
      { head: 'KEEPS AWAY', cell: (row) => row.words },
    ],
    [rows],
  );
}
