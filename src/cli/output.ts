/** output — a table for people, JSON for machines, one line on stderr when something went wrong.
 *
 * limits   a long listing is printed page by page; each page's columns are as wide as it needs
 * bugs     characters that are two columns wide (Chinese, Japanese) push what follows to the right
 * security what the database holds may be a stranger's bytes: control characters are escaped */

import type { Colors } from 'picocolors/types.js';

export type Cell = string | number | boolean | null | undefined;

/** One column of a listing: its head, and what it shows of a row. */
export interface Column<T> {
  readonly head: string;
  readonly align?: 'left' | 'right';
  cell(row: T): Cell;
}

export interface Output {
  /** Whether this command was asked for JSON. */
  readonly json: boolean;
  /** Colours on a terminal, plain text elsewhere. */
  readonly colors: Colors;
  /** Rows as a table, or as one JSON array of the whole rows; pages are printed as they come. */
  list<T>(columns: readonly Column<T>[], pages: Pages<T>): Promise<void>;
  /** One thing: labelled lines for people, `value` as JSON. */
  record(value: unknown, fields: readonly (readonly [label: string, value: Cell])[]): void;
  /** What was done: a sentence for people, `value` as JSON. */
  done(sentence: string, value: unknown): void;
  /** JSON for machines; nothing for people. */
  value(value: unknown): void;
  /** A line for people on stdout; nothing in JSON mode. */
  line(text: string): void;
  /** A line for people on stderr, in both modes. */
  note(text: string): void;
  /** Text as it is, on stdout, in both modes: help, generated files. */
  raw(text: string): void;
  /** Called by run.ts when it has read the options. */
  useJson(json: boolean): void;
}

export type Pages<T> = AsyncIterable<readonly T[]> | readonly (readonly T[])[];

/** Where the output goes: the process's own streams, or a test's. */
export interface Streams {
  stdout(text: string): void;
  stderr(text: string): void;
}

export function createOutput(streams: Streams, colors: Colors): Output {
  let json = false;
  const print = (text: string) => streams.stdout(`${text}\n`);
  return {
    get json() {
      return json;
    },
    colors,
    list: (columns, pages) => (json ? listJson(streams, pages) : listTable(print, colors, columns, pages)),
    record: (value, fields) => print(json ? toJson(value) : labelled(colors, fields)),
    done: (sentence, value) => print(json ? toJson(value) : visible(sentence)),
    value: (value) => (json ? print(toJson(value)) : undefined),
    line: (text) => (json ? undefined : print(text)),
    note: (text) => streams.stderr(`${text}\n`),
    raw: (text) => streams.stdout(text),
    useJson: (on) => {
      json = on;
    },
  };
}

const toJson = (value: unknown): string => JSON.stringify(value, null, 2);

/** A JSON array, written row by row: 100,000 rows are never one string. */
async function listJson<T>(streams: Streams, pages: Pages<T>): Promise<void> {
  let separator = '[\n';
  for await (const page of pages) {
    if (page.length === 0) continue;
    streams.stdout(separator + page.map((row) => `  ${JSON.stringify(row)}`).join(',\n'));
    separator = ',\n';
  }
  streams.stdout(separator === '[\n' ? '[]\n' : '\n]\n');
}

async function listTable<T>(
  print: (text: string) => void,
  colors: Colors,
  columns: readonly Column<T>[],
  pages: Pages<T>,
): Promise<void> {
  let rows = 0;
  for await (const page of pages) {
    if (page.length === 0) continue;
    const cells = page.map((row) => columns.map((column) => show(column.cell(row))));
    const heads = columns.map(({ head }) => head);
    const widths = heads.map((head, at) =>
      cells.reduce((most, row) => Math.max(most, width(row[at])), width(head)),
    );
    const aligned = (row: readonly string[]) =>
      row
        .map((text, at) => pad(text, widths[at], columns[at]))
        .join('  ')
        .trimEnd();
    if (rows === 0) print(colors.bold(aligned(heads)));
    print(cells.map(aligned).join('\n'));
    rows += page.length;
  }
  if (rows === 0) print(colors.dim('(none)'));
}

/** In characters, of which each is taken to be one column wide. */
const width = (text = ''): number => (ASCII.test(text) ? text.length : [...text].length);
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
const ASCII = /^[\u0000-\u007f]*$/u;

function pad(text: string, wanted = 0, column?: Column<never>): string {
  const space = ' '.repeat(Math.max(0, wanted - width(text)));
  return column?.align === 'right' ? space + text : text + space;
}

function labelled(colors: Colors, fields: readonly (readonly [string, Cell])[]): string {
  const width = Math.max(...fields.map(([label]) => label.length));
  return fields.map(([label, value]) => `${colors.bold(label.padEnd(width))}  ${show(value)}`).join('\n');
}

function show(cell: Cell): string {
  if (cell === null || cell === undefined || cell === '') return '-';
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  return visible(String(cell));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: making them visible is the point
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/gu;

/** Text as a terminal may have it: no control character but the line break. */
function visible(text: string): string {
  return text.replace(CONTROL, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
