import { expect, test } from 'vitest';
import { rangeCutter } from '../../src/model/byteRanges.ts';

test('ranges that chunks cut are whole, though each chunk is read over the last one', () => {
  const text = 'first\nsecönd line\nthird\n';
  const bytes = Buffer.from(text);
  const ranges = [
    { start: 0, end: 5, is: 'first' },
    { start: 6, end: 18, is: 'secönd line' },
    { start: 19, end: 24, is: 'third' },
  ];
  for (let size = 1; size <= bytes.length; size++) {
    const cutter = rangeCutter(ranges);
    const buffer = Buffer.alloc(size);
    const found: [string, string, number, number][] = [];
    for (let at = 0; at < bytes.length; at += size) {
      const length = bytes.copy(buffer, 0, at, at + size);
      for (const { range, text: cut, line, column } of cutter.push(buffer.subarray(0, length))) found.push([range.is, cut, line, column]);
      buffer.fill(0);
    }
    expect(found).toEqual(ranges.map(({ is }, index) => [is, is, index + 1, 1]));
    expect(cutter.done()).toBe(true);
  }
});
