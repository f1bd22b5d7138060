import fc from 'fast-check';
import { wrapAnsi } from 'fast-wrap-ansi';
import { expect, test } from 'vitest';
import { wrap } from '../../src/reporters/width.ts';

test('simple text is broken as the library breaks it', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ' ', '–', '.', 'abcdefghijklm'), maxLength: 60 });
  const columns = fc.integer({ min: 1, max: 20 });
  fc.assert(
    fc.property(text, columns, fc.boolean(), (each, width, hard) => {
      expect(wrap(each, width, hard)).toEqual(wrapAnsi(each, width, { hard, trim: true }).split('\n'));
    }),
    { numRuns: 2000 },
  );
});
