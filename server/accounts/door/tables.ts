import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** What lucia's adapter reads and writes. The rest of `user` is read by store.ts: a password hash has no business there. */
export const userTable = sqliteTable('user', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  role: text('role', { enum: ['owner', 'admin', 'listener'] }).notNull(),
});

export const sessionTable = sqliteTable('session', {
  id: text('id').primaryKey(),
  publicId: text('public_id').notNull(),
  userId: text('user_id')
    .notNull()
    .references(() => userTable.id, { onDelete: 'cascade' }),
  expiresAt: integer('expires_at').notNull(),
  createdAt: integer('created_at').notNull(),
  lastSeenAt: integer('last_seen_at').notNull(),
  agent: text('agent').notNull(),
  address: text('address').notNull(),
});
