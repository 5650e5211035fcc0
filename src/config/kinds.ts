/** kinds — how each type of setting is read from text and shown again.
 *
 * A kind takes the text as a person wrote it and gives the value, or undefined; `form` says
 * what would have been right, for the list of problems and the manual page. */

import { resolve } from 'node:path';
import { type Domain, parseDomain } from '../base/address.ts';
import { isNetwork } from '../base/network.ts';
import { formatSize, parseSize } from '../base/sizes.ts';
import { type Chosen, parseChoices, showChoices } from '../policy/order.ts';
import { policyRules } from '../policy/rules/index.ts';

export interface Kind<V> {
  /** What is accepted, in words that complete "must be …". */
  readonly form: string;
  parse(text: string): V | undefined;
  /** The value as a person would write it. */
  show(value: V): string;
}

const NONE = 'none';
const DEFAULT = 'default';
const ruleNames = policyRules.map(({ name }) => name);

/** The same kind, with `none` for "not set" (null). */
export function optional<V>(kind: Kind<V>): Kind<V | null> {
  return {
    form: `${kind.form}, or none`,
    parse: (text) => (text === NONE ? null : kind.parse(text)),
    show: (value) => (value === null ? NONE : kind.show(value)),
  };
}

export function choice<const V extends string>(...values: readonly V[]): Kind<V> {
  return {
    form: `one of ${values.join(', ')}`,
    parse: (text) => values.find((value) => value === text),
    show: (value) => value,
  };
}

export function matching(form: string, pattern: RegExp): Kind<string> {
  return {
    form,
    parse: (text) => (pattern.test(text) ? text : undefined),
    show: (value) => value,
  };
}

/** A mail domain. */
export const mailDomain: Kind<Domain> = {
  form: 'a domain',
  parse: parseDomain,
  show: (value) => value,
};

/** Domains; with a dot in front, all that are below. */
export const domains: Kind<readonly string[]> = {
  form: 'domains with commas between (example.org, .example.org for all below it), or none',
  parse(text) {
    if (text === NONE) return [];
    const given = text.split(',').map((one) => {
      const [, dot, name] = /^(\.?)(.*)$/su.exec(one.trim()) ?? [];
      const domain = name && parseDomain(name);
      return domain && `${dot}${domain}`;
    });
    return given.every((one) => one !== undefined && one !== '') ? (given as string[]) : undefined;
  },
  show: (value) => (value.length === 0 ? NONE : value.join(', ')),
};

/** Web servers by their origin: `http://127.0.0.1:8281`. */
export const origins: Kind<readonly string[]> = {
  form: 'http:// or https:// URLs without a path, with commas between, or none',
  parse(text) {
    if (text === NONE) return [];
    const urls = text.split(',').map((url) => url.trim().replace(/\/$/u, ''));
    return urls.every((url) => URL.canParse(url) && /^https?:\/\/[^\s/?#@]+$/u.test(url)) ? urls : undefined;
  },
  show: (urls) => (urls.length === 0 ? NONE : urls.join(', ')),
};

/** A folder; a relative one is below the folder in which dovetail was started. */
export const folder: Kind<string> = {
  form: 'a path',
  parse: (text) => (text.includes('\0') ? undefined : resolve(text)),
  show: (value) => value,
};

/** A whole number between the limits, both allowed. */
export function count(least: number, most: number): Kind<number> {
  return {
    form: `a whole number from ${least} to ${most}`,
    parse(text) {
      const value = /^\d{1,15}$/u.test(text) ? Number(text) : Number.NaN;
      return value >= least && value <= most ? value : undefined;
    },
    show: String,
  };
}

/** Bytes, no fewer. */
export const sizeFrom = (least: number): Kind<number> => ({
  form: `a size from ${formatSize(least)} on (512M, 2G)`,
  parse(text) {
    const bytes = parseSize(text);
    return typeof bytes === 'number' && bytes >= least ? bytes : undefined;
  },
  show: formatSize,
});

/** A switch. */
export const yesNo: Kind<boolean> = {
  form: 'yes or no',
  parse: (text) => (/^(?:yes|true)$/iu.test(text) ? true : /^(?:no|false)$/iu.test(text) ? false : undefined),
  show: (value) => (value ? 'yes' : 'no'),
};

/** Names of hash schemes, in any letter case. */
export const schemeNames: Kind<readonly string[]> = {
  form: 'names of hash schemes with commas between, or none',
  parse(text) {
    if (text === NONE) return [];
    const names = text.split(',').map((name) => name.trim().toUpperCase());
    return names.every((name) => /^[A-Z\d]+(?:-[A-Z\d]+)*$/u.test(name)) ? names : undefined;
  },
  show: (names) => (names.length === 0 ? NONE : names.join(', ')),
};

/** Addresses and networks, with commas between. */
export const networks: Kind<readonly string[]> = {
  form: 'networks with commas between (192.0.2.0/24, 2001:db8::/56), or none',
  parse(text) {
    if (text === NONE) return [];
    const given = text.split(',').map((one) => one.trim());
    if (!given.every(isNetwork)) return undefined;
    return given.map((one) => (one.includes('/') ? one : `${one}/${one.includes(':') ? 128 : 32}`));
  },
  show: (value) => (value.length === 0 ? NONE : value.join(', ')),
};

/** The policy rules in their order (policy/order.ts); null: as they say themselves. */
export const ruleChoices: Kind<readonly Chosen[] | null> = {
  form: `rules such as ${ruleNames[0]}=shadow with commas between, each once, of ${ruleNames.join(', ')}; a mode is enforce, shadow or off, and /defer or /pass may follow`,
  parse: (text) => (text === DEFAULT ? null : parseChoices(text, ruleNames)),
  show: (value) => (value === null ? DEFAULT : showChoices(value)),
};

const SPANS = {
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
} as const;
const SPAN = /^(?<number>\d{1,9})\s*(?<unit>ms|s|min|h|d)$/u;

/** Milliseconds. A bare number is refused: nobody remembers which unit each setting has. */
export const span: Kind<number> = {
  form: 'a time with its unit (500ms, 20s, 10min, 1h, 1d)',
  parse(text) {
    const { number, unit } = SPAN.exec(text)?.groups ?? {};
    return number === undefined ? undefined : Number(number) * SPANS[unit as keyof typeof SPANS];
  },
  show(value) {
    const whole = (['d', 'h', 'min', 's'] as const).find((unit) => value > 0 && value % SPANS[unit] === 0);
    return whole === undefined ? `${value}ms` : `${value / SPANS[whole]}${whole}`;
  },
};

/** A time that is no shorter. */
export const spanFrom = (least: number): Kind<number> => ({
  ...span,
  form: `${span.form} from ${span.show(least)} on`,
  parse(text) {
    const value = span.parse(text);
    return value !== undefined && value >= least ? value : undefined;
  },
});

/** Permission bits of a file, always octal. */
export const mode: Kind<number> = {
  form: 'permissions in octal (0660)',
  parse: (text) => (/^(?:0o?)?[0-7]{3}$/u.test(text) ? Number.parseInt(text.slice(-3), 8) : undefined),
  show: (value) => `0${value.toString(8).padStart(3, '0')}`,
};

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

const HOST_PORT = /^(?:\[(?<six>[\da-f:.]+)\]|(?<host>[\w.-]+)):(?<port>\d{1,5})$/iu;

export const hostPort: Kind<HostPort> = {
  form: 'an address and port (127.0.0.1:8280, [::1]:8280)',
  parse(text) {
    const { six, host, port } = HOST_PORT.exec(text)?.groups ?? {};
    const number = Number(port);
    return number > 0 && number < 65_536 ? { host: (six ?? host) as string, port: number } : undefined;
  },
  show: ({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`),
};

/** A map of Postfix at an address and port of its own. */
export interface MapAtPort extends HostPort {
  readonly map: string;
}

export const mapsAtPorts: Kind<readonly MapAtPort[]> = {
  form: 'maps with an address and port each (virtual_alias_maps=127.0.0.1:8301), with commas between, or none',
  parse(text) {
    if (text === NONE) return [];
    const tables = text.split(',').map((one) => {
      const [map = '', at = ''] = one.trim().split('=');
      const where = hostPort.parse(at);
      return /^\w+$/u.test(map) && where ? { map, ...where } : undefined;
    });
    return tables.every((table) => table !== undefined) ? tables : undefined;
  },
  show: (tables) =>
    tables.length === 0 ? NONE : tables.map(({ map, ...at }) => `${map}=${hostPort.show(at)}`).join(', '),
};

/** Characters that separate a local part from its extension; the empty text turns it off. */
export const delimiters: Kind<string> = {
  form: 'characters such as + or +-, or none',
  parse: (text) => (text === NONE ? '' : /^[!#$%&*+/=?^_{|}~-]{1,8}$/u.test(text) ? text : undefined),
  show: (value) => (value === '' ? NONE : value),
};

/** Percentages, with commas between. */
export const percentages: Kind<readonly number[]> = {
  form: 'percentages from 1 to 99 with commas between, or none',
  parse(text) {
    if (text === NONE) return [];
    const given = text.split(',').map((one) => Number(/^\s*(\d{1,2})\s*$/u.exec(one)?.[1] ?? 0));
    return given.every((one) => one >= 1) ? given : undefined;
  },
  show: (value) => (value.length === 0 ? NONE : value.join(', ')),
};
