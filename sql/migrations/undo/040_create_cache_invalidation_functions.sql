-- undoes 040_create_cache_invalidation_functions
drop function unified.forget_everything();
drop function unified.forget_domains();
drop function unified.forget_senders();
drop function unified.forget_aliases();
drop function unified.forget_quotas();
drop function unified.forget_roles();
drop function unified.forget_passwords();
drop function unified.forget_users();
drop function unified.announce_users(bigint[], text[]);
drop function unified.announce_changes(text[]);
drop function unified.announce_everything();
