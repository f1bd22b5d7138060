import { expect, test } from 'vitest';
import { imageDay } from '../../src/model/nodeImages.ts';

test.each([
  ['AKSAzureLinux-V3gen2-202611.10.0', '2026-11-10'],
  ['AKSUbuntu-2404gen2containerd-202601.05.2', '2026-01-05'],
  ['AKSUbuntu-1804gen2containerd-2021.10.02', '2021-10-02'],
  ['AKSUbuntu:1604:2020.09.30', '2020-09-30'],
  ['AKSWindows-2022-containerd-20348.2340.240401', '2024-04-01'],
  ['AKSWindows-2022-containerd-gen2-20348.4529.251212', '2025-12-12'],
  ['AKSAzureLinux-V3gen2-202602.30.0', undefined],
  ['AKSAzureLinux-V3gen2-202613.01.0', undefined],
  ['AKSUbuntu-2404gen2containerd', undefined],
  ['', undefined],
  [null, undefined],
])('%s', (image, expected) => {
  expect(imageDay(image)).toBe(expected);
});
