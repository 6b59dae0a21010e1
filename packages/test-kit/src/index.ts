export {
  type HubFault,
  type HubServer,
  type HubServerOptions,
  type HubServerRequest,
  startHubServer,
} from './hub-server.ts';
export {
  type HubRepository,
  type HubUploadFault,
  type HubUploadRequest,
  type HubUploadServer,
  type HubUploadServerOptions,
  startHubUploadServer,
} from './hub-upload-server.ts';
export { makeTinyGguf, type TinyGgufOptions, type Transition } from './make-tiny-gguf.ts';
export {
  type ForkedModelServer,
  type ForkModelServerOptions,
  forkModelServer,
} from './model-server/fork-model-server.ts';
export type {
  Fault,
  IgnoredField,
  Misbehaviour,
  ModelServerOptions,
  ModelServerReply,
  ModelServerRequest,
  RateLimit,
  ReplyRequest,
} from './model-server/model-server-options.ts';
export type { ModelServerStatistics } from './model-server/request-counts.ts';
export type { ServerShape } from './model-server/server-shapes.ts';
export { type ModelServer, startModelServer } from './model-server/start-model-server.ts';
export { makeTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts';
