import { oursGrader } from '../pipeline/grader.ts';
import { broken, type Check, ok } from './check.ts';

const oldest = { major: 20, minor: 19 };

/** Looks at the version of Node, and names our grader's. */
export function checkVersions(node: string = process.versions.node): Check {
  return {
    name: 'versions',
    looksAt: 'the versions of Node and of the grader',
    run: () => {
      const [major = 0, minor = 0] = node.split('.').map(Number);
      const isOld = major < oldest.major || (major === oldest.major && minor < oldest.minor);
      if (!isOld) return ok(`Node ${node}, grader ${oursGrader}.`);
      return broken({
        what: `Node ${node} is older than ${oldest.major}.${oldest.minor}.`,
        next: 'Install Node 20.19 or newer.',
      });
    },
  };
}
