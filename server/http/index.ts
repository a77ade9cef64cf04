/**
 * http: manners of the front door. The route table and its guards, validation, problem answers, ETags, ranges, pages.
 * A room declares its routes as data (`route(spec, handler)`); `mountRoutes` alone decides who gets in, so that a second
 * front door cannot have other rules. It does not know accounts: app.ts hands in `whoIs(request)`.
 * Start reading at route.ts (what a route says) and mount.ts (the order of checks). asking/ is what is made of a request,
 * answering/ what goes back, openapi/ how the table describes itself.
 */
export { mayAdminister } from './asking/viewer.ts';
export type { Role, Scope, Viewer, WhoIs } from './asking/viewer.ts';
export { isPublicRoute, route } from './route.ts';
export type { Call, Method, Route, RouteSpec, Who } from './route.ts';
export { neededScope } from './asking/guard.ts';
export { createClientReader } from './asking/client.ts';
export type { Client, ReadClient } from './asking/client.ts';
export { addCookie } from './answering/cookies.ts';
export { compressAnswers } from './answering/compress-answers.ts';
export { createAnswerOnce } from './answering/idempotency.ts';
export type { AnswerOnce } from './answering/idempotency.ts';
export { checkMatch, requireMatch } from './asking/preconditions.ts';
export { mountRoutes } from './mount.ts';
export type { Answered, MountNeeds } from './mount.ts';
export { json, jsonText, noContent, ownPath, redirectTo } from './answering/answers.ts';
export { page } from './answering/page.ts';
export type { PageFrame, PageInput } from './answering/page.ts';
export { holdFiles } from './answering/open-file.ts';
export type { HeldFiles } from './answering/open-file.ts';
export { attachment } from './answering/attachment.ts';
export { sendBytes, sendFile, sendStream } from './answering/send-file.ts';
export type { SendableFile, SendableStream } from './answering/send-file.ts';
export { problemAnswer } from './answering/problem-answer.ts';
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
export { idOf } from './asking/id-of.ts';
export { createApiDocRoutes } from './openapi/routes.ts';
export { describeApi, isDescribed } from './openapi/document.ts';
export { templateOf } from './openapi/path.ts';
