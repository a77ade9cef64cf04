/**
 * http: manners of the front door. The route table and its guards, validation, problem answers, ETags, ranges, pages.
 * A room declares its routes as data (`route(spec, handler)`); `mountRoutes` alone decides who gets in, so that a second
 * front door cannot have other rules. It does not know accounts: app.ts hands in `whoIs(request)`.
 * Start reading at route.ts (what a route says) and mount.ts (the order of checks).
 */
export { mayAdminister } from './viewer.ts';
export type { Role, Scope, Viewer, WhoIs } from './viewer.ts';
export { isPublicRoute, route } from './route.ts';
export type { Call, Method, Route, RouteSpec, Who } from './route.ts';
export { neededScope } from './guard.ts';
export { createClientReader } from './client.ts';
export type { Client, ReadClient } from './client.ts';
export { addCookie } from './cookies.ts';
export { compressAnswers } from './compress-answers.ts';
export { createAnswerOnce } from './idempotency.ts';
export type { AnswerOnce } from './idempotency.ts';
export { checkMatch, requireMatch } from './preconditions.ts';
export { mountRoutes } from './mount.ts';
export type { MountNeeds } from './mount.ts';
export { json, jsonText, noContent, ownPath, redirectTo } from './answers.ts';
export { page } from './page.ts';
export type { PageFrame, PageInput } from './page.ts';
export { sendFile } from './send-file.ts';
export type { SendableFile } from './send-file.ts';
export { problemAnswer } from './problem-answer.ts';
export {
  badInput,
  conflict,
  forbidden,
  methodNotAllowed,
  notFound,
  preconditionFailed,
  preconditionRequired,
  tooLarge,
  tooMany,
  unauthenticated,
  wrongOrigin,
  wrongScope,
} from './problems.ts';
export { createEventRoutes } from './event-routes.ts';
export type { LiveFact, LiveJournal } from './event-routes.ts';
export { openAssets } from './asset-routes.ts';
export type { Assets } from './asset-routes.ts';
export { idOf } from './id-of.ts';
export { createApiDocRoutes } from './openapi/routes.ts';
export { describeApi, isDescribed } from './openapi/document.ts';
export { templateOf } from './openapi/path.ts';
