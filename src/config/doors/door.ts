/** door — a way for Dovecot to ask who may log in and where mail lies: what `config generate` needs to
 * know of it.
 *
 * Its part of dovecot.conf is `config-templates/dovecot-<version>/doors/<name>.conf.njk`: a passdb and
 * a userdb, and `loop.last` says whether another door follows for when this one has no answer. */

export const dovecotVersions = ['2.3', '2.4'] as const;
export type DovecotVersion = (typeof dovecotVersions)[number];

export interface Door {
  /** As in `--door`, and its template's name. */
  readonly name: string;
  /** One line, for people. */
  readonly words: string;
  /** Which Dovecot has the driver for it. */
  readonly versions: readonly DovecotVersion[];
  /** For a protocol that Dovecot may change at will: the releases with which every test has passed. */
  readonly provenWith?: readonly string[];
  /** Dovecot compares the password itself: the guard against guessing hears of it by auth policy alone. */
  readonly dovecotCompares?: true;
  /** Which may stand behind it, for when it has no answer; by name, as every test has tried it. */
  readonly mayBeFollowedBy?: readonly string[];
  /** Files beside dovecot.conf, and their templates. */
  files(version: DovecotVersion): Readonly<Record<string, string>>;
}
