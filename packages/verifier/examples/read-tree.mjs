// Prints how an answer is read: node read-tree.mjs '\frac{x}{2}'
import { listReadings } from '@scalequest/verifier/tree';

function print({ role, kind, label, children }, depth = 0) {
  console.log('  '.repeat(depth) + [role, kind, label].filter((part) => part !== '').join(' '));
  for (const child of children) print(child, depth + 1);
}

for (const reading of listReadings(process.argv[2] ?? '\\frac{x+1}{\\sqrt{2}}')) print(reading);
