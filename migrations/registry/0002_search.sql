-- Searches within a workspace: one index of the workspace and the words.
create extension if not exists btree_gin schema public;
