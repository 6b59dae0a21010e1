import { expect, test } from 'vitest';
import { benchmarkSettings, settingsForOlympiadBench } from './benchmark-settings.ts';
import { verifyAnswer } from './verify-answer.ts';

test.each([
  [null, '2.5', '2.6', 'different'],
  ['', '2.5', '2.6', 'different'],
  ['1e-1', '2.5', '2.6', 'equal'],
  ['1e-1', '2.5', '2.61', 'different'],
  ['1e-1', '2.5\\text{ m}', '2.6', 'equal'],
  ['[1e+33]', '2.1e33', '3e33', 'equal'],
  ['[1e+34, 0.001]', '1.2e35, 0.5', '0.5005, 1.25e35', 'equal'],
  ['[1e+34, 0.001]', '1.2e35, 0.5', '1.25e35, 0.502', 'different'],
  ['[1e+34, 0.001]', '1.2e35, 0.5', '1.2e35', 'different'],
])('the error %s of OlympiadBench: %s against %s is %s', (error, reference, candidate, verdict) => {
  expect(verifyAnswer({ reference, candidate }, settingsForOlympiadBench({ error })).verdict).toBe(verdict);
});

test.each([
  ['minute', '45', '45', 'equal'],
  ['minute', '45', '45\\text{ seconds}', 'undecided'],
  ['minute', '45 minute', '45\\text{ seconds}', 'different'],
  ['minute', '45 minute', '\\frac34\\text{ hours}', 'equal'],
  [null, '45', '45\\text{ seconds}', 'equal'],
  ['%', '4.2', '4.2\\%', 'equal'],
])('the unit %s of OlympiadBench: %s against %s is %s', (unit, reference, candidate, verdict) => {
  expect(verifyAnswer({ reference, candidate }, settingsForOlympiadBench({ error: null, unit })).verdict).toBe(verdict);
});

test.each([
  ['gsm-hard', '8192031.5', '8192031', 'equal'],
  ['gsm-hard', '8192031.5', '8193031', 'different'],
  ['gsm-hard', '0', '0.00001', 'different'],
  ['aime', '25', '25\\%', 'different'],
  ['aime', '025', '25', 'equal'],
  ['amc', '25', '25.0', 'equal'],
] as const)('in %s %s against %s is %s', (name, reference, candidate, verdict) => {
  expect(verifyAnswer({ reference, candidate }, benchmarkSettings[name]).verdict).toBe(verdict);
});
