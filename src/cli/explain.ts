/** explain — `dovetail explain recipient | sender | login …`: each step of a decision, on the
 * daemon's own code path.
 *
 * exit     0 with an answer, whatever it is; 75 could not find out */

import { type Address, parseAddress, splitExtension } from '../base/address.ts';
import { unreachable } from '../base/answer.ts';
import type { Expansion, Target } from '../lookup/expand.ts';
import type { Explanation } from '../lookup/explain.ts';
import { createReader, example } from './accounts.ts';
import type { CommandFile, World } from './command.ts';
import { explainLogin, printSteps } from './explain-login.ts';
import { explainPasswords, printPasswords } from './explain-passwords.ts';
import { type Asked, explainPolicy, printPolicy } from './explain-policy.ts';
import { MAX_FOLLOWED, printQuotas, printWay, quotasOf, tellAll } from './explain-way.ts';
import { couldNotFindOut, openServices } from './open-services.ts';

export const explain: CommandFile = {
  register(program, world) {
    const family = program
      .command('explain')
      .description("every step of a decision, on the daemon's own code path");
    family
      .command('recipient')
      .description('where mail for an address goes, and why')
      .argument('<address>', 'such as sales@example.org')
      .option('--sender <address>', 'who writes; empty is the null sender', 'stranger@example.com')
      .option('--login <name>', 'who has logged in')
      .option('--client <address>', 'from which address')
      .option('--size <size>', 'how large the message will be (SIZE=)')
      .addHelpText('after', example('dovetail explain recipient sales+march@example.org'))
      .action((address: string, asked: Asked) => recipient(world, address, asked));
    family
      .command('sender')
      .description('who may send as an address, and why')
      .argument('<address>', 'such as sales@example.org')
      .option('--recipient <address>', 'to whom')
      .option('--login <name>', 'who has logged in')
      .option('--client <address>', 'from which address')
      .option('--size <size>', 'how large the message will be (SIZE=)')
      .addHelpText('after', example('dovetail explain sender sales@example.org --login alice@example.org'))
      .action((address: string, asked: Asked) => sender(world, address, asked));
    family
      .command('login')
      .description('whether a user may log in, and with which passwords')
      .argument('<user>', 'the login name or the address')
      .option(
        '--ip <address>',
        "the mail client's, for the networks of passwords and the guard against guessing",
      )
      .option('--service <protocol>', 'imap, pop3, smtp, sieve, …; else every one')
      .addHelpText(
        'after',
        example('dovetail explain login alice@example.org --ip 203.0.113.7 --service imap'),
      )
      .action((user: string, { ip, service }: { ip?: string; service?: string }) =>
        explainLogin(world, user, { ip, protocol: service?.toLowerCase() }),
      );
  },
};

async function recipient(world: World, text: string, asked: Asked): Promise<void> {
  const what = `cannot explain ${text}`;
  const address = (await createReader(world, what)).address(text);
  const services = await openServices(world, what);
  const { explainRecipient } = await import('../lookup/explain.ts');
  const { deliver, mapAsker, rewriteRecipient } = await import('../lookup/way.ts');
  const ask = mapAsker(services.book, services.rules);
  const { rewritten, questions } = await rewriteRecipient(ask, address);
  const explanation = await explainRecipient(services.book, rewritten, services.rules);
  const expansion = answerOf(what, explanation);
  const all = expansion.kind === 'targets' ? expansion.targets : [];
  const targets = all.slice(0, MAX_FOLLOWED);
  const sender = parseAddress(asked.sender ?? '') ?? null;
  const way = await tellAll([
    ...questions,
    ...(await deliver(ask, { recipient: rewritten, targets, sender })),
  ]);
  const quotas = await quotasOf(world, mailboxesOf(targets, services.rules.delimiters));
  const policy = await explainPolicy(services, world, what, { ...asked, recipient: address });
  const { output } = world;
  if (output.json) {
    const { steps } = explanation;
    return output.value({ recipient: address, rewritten, steps, result: expansion, way, quotas, policy });
  }
  if (rewritten !== address) output.line(`  ${address} is rewritten to ${rewritten}`);
  printSteps(output, explanation.steps);
  for (const line of resultLines(expansion)) output.line(`  ⇒ ${line}`);
  printWay(output, way);
  if (all.length > targets.length) output.line(`  … and so on for ${all.length - targets.length} more`);
  printQuotas(output, quotas);
  printPolicy(output, policy);
}

/** Also by their addresses without extension, which a target keeps for Dovecot. */
const mailboxesOf = (targets: readonly Target[], delimiters: string): readonly Address[] =>
  targets
    .filter(({ kind }) => kind === 'mailbox')
    .flatMap(({ address }) => [address, splitExtension(address, delimiters)?.base ?? address]);

function resultLines(expansion: Expansion): string[] {
  switch (expansion.kind) {
    case 'targets':
      return expansion.targets.map(({ address, kind }) =>
        kind === 'mailbox' ? `into the mailbox ${address}` : `on to ${address}, elsewhere`,
      );
    case 'nobody':
      return [`refused: ${expansion.why}`];
    case 'unproven':
      return [`waits, until the database is back: ${expansion.why}`];
    case 'endless':
      return [`waits, until it is mended: ${expansion.why}`];
    default:
      return unreachable(expansion);
  }
}

async function sender(world: World, text: string, asked: Asked): Promise<void> {
  const what = `cannot explain the sender ${text}`;
  const address = (await createReader(world, what)).address(text);
  const services = await openServices(world, what);
  const { explainSender } = await import('../lookup/explain.ts');
  const { followSender, mapAsker } = await import('../lookup/way.ts');
  const explanation = await explainSender(services.book, address, services.rules);
  const logins = answerOf(what, explanation);
  const { rewritten, questions } = await followSender(mapAsker(services.book, services.rules), address);
  const way = await tellAll(questions);
  const policy = await explainPolicy(services, world, what, { ...asked, sender: address });
  const passwords = asked.login === undefined ? undefined : await explainPasswords(world, asked.login);
  const { output } = world;
  if (output.json) {
    const { steps } = explanation;
    return output.value({ sender: address, rewritten, steps, logins, way, policy, passwords });
  }
  printSteps(output, explanation.steps);
  output.line(`  ⇒ ${logins.length === 0 ? 'nobody may send as it' : `may be sent by ${logins.join(', ')}`}`);
  printWay(output, way);
  printPolicy(output, policy);
  if (passwords) await printPasswords(world, asked.login ?? '', passwords);
}

function answerOf<T>(what: string, { answer }: Explanation<T>): T {
  if (answer.kind === 'found') return answer.value;
  throw couldNotFindOut(what, answer.kind === 'later' ? answer.why : 'the rule gave no answer');
}
