-- Of each person only the newest are kept: which they are is told without reading the answers themselves.
CREATE INDEX idempotency_newest ON idempotency(user_id, at);
