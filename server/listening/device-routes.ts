import { z } from 'zod';
import { json, noContent, route, type Route } from '../http/index.ts';
import { toInstant } from '../kit/index.ts';
import { pageOf } from '../library/index.ts';
import { deviceBody, deviceSchema, meetBody } from './schemas.ts';
import type { Listening } from './service.ts';

const own = 'Everybody sees only their own.';
const params = {
  id: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[\w.:-]+$/),
};

/** The devices a listener plays on. */
export const createDeviceRoutes = ({ listening }: { listening: Listening }): Route[] => [
  route(
    {
      method: 'get',
      path: '/api/v1/devices',
      who: 'user',
      owner: own,
      summary: 'The devices this listener played on, the latest first.',
      answers: { 200: pageOf(deviceSchema) },
    },
    (call) => {
      const items = listening.devices(call.viewer).map(({ id, name, createdAtMs, seenAtMs }) => ({
        id,
        name: name === '' ? null : name,
        createdAt: toInstant(createdAtMs),
        seenAt: toInstant(seenAtMs),
      }));
      return json(call, { items, next: null, total: items.length });
    },
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/devices',
      who: 'user',
      owner: own,
      summary: 'A device makes itself known; it keeps its own id.',
      body: meetBody,
      answers: { 204: 'Known.' },
    },
    (call) => {
      listening.meetDevice(call.body.id, call.body.name, call.viewer);
      return noContent();
    },
  ),
  ...changeRoutes({ listening }),
];

const changeRoutes = ({ listening }: { listening: Listening }): Route[] => [
  route(
    {
      method: 'patch',
      path: '/api/v1/devices/:id',
      who: 'user',
      owner: own,
      summary: 'Gives a device another name.',
      params,
      body: deviceBody,
      answers: { 204: 'Named.' },
    },
    (call) => {
      listening.nameDevice(call.params.id, call.body.name, call.viewer);
      return noContent();
    },
  ),
  route(
    {
      method: 'delete',
      path: '/api/v1/devices/:id',
      who: 'user',
      owner: own,
      summary: 'Forgets a device.',
      params,
      answers: { 204: 'Forgotten.' },
    },
    (call) => {
      listening.forgetDevice(call.params.id, call.viewer);
      return noContent();
    },
  ),
];
