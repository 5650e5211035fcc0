/** order — which rules are asked, in which order and mode, as an administrator writes it.
 *
 *   sender-rights, recipient-status=shadow, greylisting=off, rate-limits=enforce/pass
 *
 * A name, then the mode, then what Postfix hears when the rule could not find out (`defer` or `pass`); what
 * is not said is the rule's own. A rule that is not named is off; with `default` among the names all others are as
 * they say themselves, in their own order: `default, greylisting=enforce`. */

import { type Mode, modes, type Rule, type WhenUnknown } from './rule.ts';

export interface Chosen {
  readonly name: string;
  readonly mode?: Mode;
  readonly whenUnknown?: WhenUnknown;
}

/** A rule, and what became of it. */
export interface Ordered {
  readonly rule: Rule;
  readonly mode: Mode;
  readonly whenUnknown: WhenUnknown;
}

const DEFAULT = 'default';
const CHOICE = /^(?<name>[a-z][a-z\d-]*)(?:=(?<mode>[a-z]+))?(?:\/(?<whenUnknown>defer|pass))?$/u;

/** Undefined for what is no list of rules of these names, each once. */
export function parseChoices(text: string, names: readonly string[]): readonly Chosen[] | undefined {
  const chosen = text.split(',').map((one) => parseChoice(one.trim(), names));
  const whole = chosen.filter((one) => one !== undefined);
  const isOnce = new Set(whole.map(({ name }) => name)).size === whole.length;
  return whole.length === chosen.length && isOnce ? whole : undefined;
}

function parseChoice(text: string, names: readonly string[]): Chosen | undefined {
  const { name, mode, whenUnknown } = CHOICE.exec(text)?.groups ?? {};
  if (text === DEFAULT) return { name: DEFAULT };
  if (name === undefined || !names.includes(name)) return undefined;
  if (mode !== undefined && !modes.some((known) => known === mode)) return undefined;
  return {
    name,
    ...(mode === undefined ? {} : { mode: mode as Mode }),
    ...(whenUnknown === undefined ? {} : { whenUnknown: whenUnknown as WhenUnknown }),
  };
}

export const showChoices = (chosen: readonly Chosen[]): string =>
  chosen
    .map(({ name, mode, whenUnknown }) =>
      [name, mode ? `=${mode}` : '', whenUnknown ? `/${whenUnknown}` : ''].join(''),
    )
    .join(', ');

/** All rules; those that were not named come last, and are off. Null, and `default`: as the rules themselves say. */
export function orderRules(rules: readonly Rule[], chosen: readonly Chosen[] | null): readonly Ordered[] {
  if (chosen === null || chosen.some(({ name }) => name === DEFAULT))
    return withChoices(
      rules.map((rule) => ordered(rule, {})),
      chosen ?? [],
    );
  const named = chosen.flatMap((choice) =>
    rules.filter(({ name }) => name === choice.name).map((rule) => ordered(rule, choice)),
  );
  const others = rules.filter((rule) => !named.some((one) => one.rule === rule));
  return [...named, ...others.map((rule) => ordered(rule, { mode: 'off' }))];
}

/** The same order, and what was chosen of it in its new mode. */
export const withChoices = (order: readonly Ordered[], chosen: readonly Chosen[]): readonly Ordered[] =>
  order.map((one) => {
    const choice = chosen.find(({ name }) => name === one.rule.name);
    return choice ? ordered(one.rule, choice) : one;
  });

/** Of a rule that is not there: off. */
export const modeOf = (order: readonly Ordered[], { name }: Rule): Mode =>
  order.find(({ rule }) => rule.name === name)?.mode ?? 'off';

/** Whether Postfix hears what the rule says. */
export const isEnforced = (order: readonly Ordered[], rule: Rule): boolean =>
  modeOf(order, rule) === 'enforce';

const ordered = (rule: Rule, { mode, whenUnknown }: Partial<Chosen>): Ordered => ({
  rule,
  mode: mode ?? rule.mode,
  whenUnknown: whenUnknown ?? rule.whenUnknown,
});
