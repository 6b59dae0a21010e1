export { labelProfile } from './label-profile.ts';
export type { Profile, ProfileAnswer, ProfileName, ProfilePair, ProfileReply } from './profile.ts';
export { findProfile, profiles } from './profiles.ts';
