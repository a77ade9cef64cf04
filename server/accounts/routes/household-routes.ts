import { z } from 'zod';
import { json, noContent, route, type Route } from '../../http/index.ts';
import type { Accounts } from '../service.ts';
import { settingsChangeSchema, settingsSchema } from '../people/settings.ts';
import { listOf, memberBody, memberChangeBody, personOf, personShape, wholeList } from './shapes.ts';

const params = { id: z.string().max(40) };

const members = ({ household }: Accounts): Route[] => [
  route(
    {
      method: 'get',
      path: '/api/v1/users',
      who: 'admin',
      summary: 'Everybody who may come in, first come first.',
      answers: { 200: listOf(personShape) },
    },
    (call) => json(call, wholeList(household.list().map(personOf))),
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/users',
      who: 'admin',
      summary: 'Makes an account with a first password.',
      body: memberBody,
      answers: { 201: personShape, 409: 'The name is taken, or looks like one that is.' },
      example: { body: { name: 'Ida', password: 'three small words', role: 'listener' } },
    },
    async (call) => {
      const person = await household.add(call.body);
      return json(call, personOf(person), { status: 201, headers: { location: `/api/v1/users/${person.id}` } });
    },
  ),
];

const oneMember = ({ household }: Accounts): Route[] => [
  route(
    {
      method: 'get',
      path: '/api/v1/users/:id',
      who: 'admin',
      summary: 'One account.',
      params,
      answers: { 200: personShape, 404: 'No such account.' },
    },
    (call) => json(call, personOf(household.get(call.params.id))),
  ),
  route(
    {
      method: 'patch',
      path: '/api/v1/users/:id',
      who: 'admin',
      summary: 'Renames, changes the role, or sets a new password (their sessions and tokens end).',
      params,
      body: memberChangeBody,
      answers: {
        200: personShape,
        404: 'No such account.',
        409: 'The name is taken, it is the owner, or your own password.',
      },
    },
    async (call) => json(call, personOf(await household.change(call.viewer, call.params.id, call.body))),
  ),
  route(
    {
      method: 'delete',
      path: '/api/v1/users/:id',
      who: 'admin',
      summary: 'Removes an account and what is theirs alone.',
      params,
      answers: { 204: 'Removed.', 404: 'No such account.', 409: 'The owner stays.' },
    },
    (call) => {
      household.remove(call.params.id);
      return noContent();
    },
  ),
];

const own = ({ settings }: Accounts): Route[] => [
  route(
    {
      method: 'get',
      path: '/api/v1/settings',
      who: 'user',
      owner: 'your own settings',
      summary: 'How you like it: theme and playback.',
      answers: { 200: settingsSchema },
    },
    (call) => json(call, settings.read(call.viewer)),
  ),
  route(
    {
      method: 'patch',
      path: '/api/v1/settings',
      who: 'user',
      owner: 'your own settings',
      summary: 'Changes what is named and leaves the rest.',
      body: settingsChangeSchema,
      answers: { 200: settingsSchema },
      example: { body: { theme: 'dark' } },
    },
    (call) => json(call, settings.change(call.viewer, call.body)),
  ),
];

export const createHouseholdRoutes = (accounts: Accounts): Route[] => [
  ...members(accounts),
  ...oneMember(accounts),
  ...own(accounts),
];
