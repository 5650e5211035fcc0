/** weakness — which stored hashes are quickly guessed once stolen, in words that SQL can use. */

import { schemes } from './schemes/index.ts';

export const weakness = {
  schemes: schemes.filter(({ weak }) => weak).map(({ name }) => name),
  /** How a CRYPT text begins that is not weak; a test compares this with the kinds of crypt.ts. */
  strongCrypt: String.raw`^\$(2[aby]|5|6|7|y|gy|sha1)\$`,
};
