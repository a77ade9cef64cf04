-- Lists by chance leave out what a listener never wants to hear; most listeners have nothing of that kind, and one look says so.
CREATE INDEX mark_banned ON mark(user_id) WHERE banned_at IS NOT NULL;
