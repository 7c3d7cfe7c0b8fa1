-- A memo may stand for many uses that were avoided alike, and has the tags of those that are no render's. Rows from before: one use, and the
-- tags of their render.
ALTER TABLE memos ADD COLUMN tags text;
ALTER TABLE memos ADD COLUMN times bigint CHECK (times > 1);
