/** eslint — only the rules that need types, and who owns time, chance and the environment.
 * Everything else (style, imports, unused code) is biome's and the compiler's. */

import typescript from 'typescript-eslint';

const OWNED = [
  { object: 'process', property: 'env', message: 'config/ owns the environment.' },
  { object: 'Date', property: 'now', message: 'base/clock.ts owns the clock: take a Clock.' },
  { object: 'performance', property: 'now', message: 'base/clock.ts owns the clock: take a Clock.' },
  { object: 'Math', property: 'random', message: 'base/ owns randomness: take it as an argument.' },
];
const NOW = {
  selector: "NewExpression[callee.name='Date'][arguments.length=0]",
  message: 'base/clock.ts owns the clock: take a Clock and its date().',
};

export default [
  { ignores: ['dist/', 'var/', 'coverage/', 'test/golden/'] },
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'scripts/**/*.ts', '*.ts'],
    languageOptions: {
      parser: typescript.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@typescript-eslint': typescript.plugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // A forgotten promise is a lost error, and here a lost error is a lost mail.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      // Outcomes are values: a new kind must be met by every switch.
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-base-to-string': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: { 'no-restricted-properties': ['error', ...OWNED], 'no-restricted-syntax': ['error', NOW] },
  },
  {
    files: ['src/base/clock.ts', 'src/base/random.ts', 'src/config/**/*.ts', 'src/demo/**/*.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-syntax': 'off' },
  },
];
