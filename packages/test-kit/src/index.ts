export { makeTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts';
