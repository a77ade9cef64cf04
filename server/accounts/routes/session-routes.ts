import { z } from 'zod';
import { json, noContent, notFound, route, type Route } from '../../http/index.ts';
import { arrivalOf, farewell, welcome } from '../door/arrival.ts';
import { noSession } from '../problems.ts';
import { scopesOfRole } from '../people/scopes.ts';
import type { Accounts } from '../service.ts';
import {
  listOf,
  meOf,
  meShape,
  passwordBody,
  sessionOf,
  sessionShape,
  setupBody,
  signInBody,
  wholeList,
} from './shapes.ts';
import type { SignedIn } from '../door/sign-in.ts';

const UNSTORED = { 'cache-control': 'no-store' };
const meOfNewcomer = ({ person }: SignedIn) =>
  meOf({ userId: person.id, name: person.name, role: person.role, scopes: scopesOfRole(person.role) });

const comingIn = ({ entrance }: Accounts): Route[] => [
  route(
    {
      method: 'post',
      path: '/api/v1/setup',
      who: 'public',
      summary: 'Creates the owner, once, with the code from the log, and signs them in.',
      body: setupBody,
      maxBodyBytes: 8192,
      answers: { 201: meShape, 403: 'A wrong code.', 410: 'There is an owner already.', 429: 'Too many tries.' },
    },
    async (call) => {
      const owner = await entrance.setUp(call.body, arrivalOf(call));
      welcome(call, owner);
      return json(call, meOfNewcomer(owner), { status: 201, headers: UNSTORED });
    },
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/session',
      who: 'public',
      summary: 'Signs in: the answer sets the session cookie.',
      body: signInBody,
      maxBodyBytes: 8192,
      answers: { 201: meShape, 401: 'Wrong name or password.', 429: 'Too many tries.' },
    },
    async (call) => {
      const signedIn = await entrance.signIn(call.body, arrivalOf(call));
      welcome(call, signedIn);
      return json(call, meOfNewcomer(signedIn), { status: 201, headers: UNSTORED });
    },
  ),
];

const beingIn = ({ entrance, sessions }: Accounts): Route[] => [
  route(
    {
      method: 'get',
      path: '/api/v1/me',
      who: 'user',
      summary: 'Who you are and what you may do.',
      answers: { 200: meShape },
    },
    (call) => json(call, meOf(call.viewer)),
  ),
  route(
    {
      method: 'get',
      path: '/api/v1/session',
      who: 'user',
      summary: 'Who is signed in, and the session itself when it is one.',
      answers: { 200: meShape.extend({ session: sessionShape.nullable() }) },
    },
    (call) => {
      const mine = sessions.list(call.viewer).find((row) => row.publicId === call.viewer.credentialId);
      return json(call, { ...meOf(call.viewer), session: mine ? sessionOf(mine, call.viewer) : null });
    },
  ),
  route(
    {
      method: 'delete',
      path: '/api/v1/session',
      who: 'user',
      summary: 'Signs out.',
      answers: { 204: 'Signed out.', 409: 'A token has no session.' },
    },
    (call) => {
      if (!entrance.signOut(call.viewer)) throw noSession();
      farewell(call);
      return noContent({ 'clear-site-data': '"cache"', ...UNSTORED });
    },
  ),
];

const elsewhere = ({ entrance, sessions }: Accounts): Route[] => [
  route(
    {
      method: 'get',
      path: '/api/v1/sessions',
      who: 'user',
      owner: 'your own sessions',
      summary: 'Where you are signed in, last seen first.',
      answers: { 200: listOf(sessionShape) },
    },
    (call) => json(call, wholeList(sessions.list(call.viewer).map((row) => sessionOf(row, call.viewer)))),
  ),
  route(
    {
      method: 'delete',
      path: '/api/v1/sessions',
      who: 'user',
      owner: 'your own sessions',
      summary: 'Signs out everywhere else.',
      answers: { 200: z.object({ ended: z.int() }) },
    },
    (call) => json(call, { ended: sessions.endOthers(call.viewer) }),
  ),
  route(
    {
      method: 'delete',
      path: '/api/v1/sessions/:id',
      who: 'user',
      owner: 'your own sessions',
      summary: 'Ends one session.',
      params: { id: z.string().max(40) },
      answers: { 204: 'Ended.', 404: 'Not one of yours.' },
    },
    (call) => {
      if (!sessions.end(call.viewer, call.params.id)) throw notFound();
      if (call.params.id === call.viewer.credentialId) farewell(call);
      return noContent();
    },
  ),
  route(
    {
      method: 'put',
      path: '/api/v1/me/password',
      who: 'user',
      summary: 'Changes your password; every other session and every token ends.',
      body: passwordBody,
      maxBodyBytes: 8192,
      answers: { 200: z.object({ ended: z.int() }), 403: 'The current one is wrong.', 429: 'Too many tries.' },
    },
    async (call) =>
      json(call, await entrance.changePassword(call.viewer, call.body, arrivalOf(call)), { headers: UNSTORED }),
  ),
];

export const createSessionRoutes = (accounts: Accounts): Route[] => [
  ...comingIn(accounts),
  ...beingIn(accounts),
  ...elsewhere(accounts),
];
