import type { Route } from '../../http/index.ts';
import { createHouseholdRoutes } from './household-routes.ts';
import type { Accounts } from '../service.ts';
import { createSessionRoutes } from './session-routes.ts';
import { createTokenRoutes } from './token-routes.ts';

export const createAccountRoutes = (accounts: Accounts): Route[] => [
  ...createSessionRoutes(accounts),
  ...createTokenRoutes(accounts),
  ...createHouseholdRoutes(accounts),
];
