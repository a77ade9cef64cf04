import type { Db } from '../../db/index.ts';

type Statement = ReturnType<Db['sqlite']['prepare']>;

/** Prepares each text once per connection. Texts come from data in this room, so there are as many as there are walks. */
export const prepareOnce = (db: Db): ((sql: string) => Statement) => {
  const known = new Map<string, Statement>();
  return (sql) => {
    const before = known.get(sql);
    if (before) return before;
    const made = db.sqlite.prepare(sql);
    known.set(sql, made);
    return made;
  };
};
