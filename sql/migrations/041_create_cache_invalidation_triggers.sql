-- 041_create_cache_invalidation_triggers
-- purpose:  the functions of 040 run on every change of what the lookup views read
-- locks:    share row exclusive on the tables, for a moment
-- breaking: no
-- loses:    nothing; until it is done again, daemons serve changed accounts from memory

create trigger users_forget_insert
after insert on unified.users
referencing new table as new_rows
for each statement execute function unified.forget_users();

create trigger users_forget_update
after update on unified.users
referencing old table as old_rows new table as new_rows
for each statement execute function unified.forget_users();

create trigger users_forget_delete
after delete on unified.users
referencing old table as old_rows
for each statement execute function unified.forget_users();

create trigger users_forget_truncate
after truncate on unified.users
for each statement execute function unified.forget_everything();

create trigger user_passwords_forget_insert
after insert on unified.user_passwords
referencing new table as new_rows
for each statement execute function unified.forget_passwords();

create trigger user_passwords_forget_update
after update on unified.user_passwords
referencing old table as old_rows new table as new_rows
for each statement execute function unified.forget_passwords();

create trigger user_passwords_forget_delete
after delete on unified.user_passwords
referencing old table as old_rows
for each statement execute function unified.forget_passwords();

create trigger user_passwords_forget_truncate
after truncate on unified.user_passwords
for each statement execute function unified.forget_everything();

create trigger user_roles_forget_insert
after insert on unified.user_roles
referencing new table as new_rows
for each statement execute function unified.forget_roles();

create trigger user_roles_forget_update
after update on unified.user_roles
referencing old table as old_rows new table as new_rows
for each statement execute function unified.forget_roles();

create trigger user_roles_forget_delete
after delete on unified.user_roles
referencing old table as old_rows
for each statement execute function unified.forget_roles();

create trigger user_roles_forget_truncate
after truncate on unified.user_roles
for each statement execute function unified.forget_everything();

create trigger user_quotas_forget_insert
after insert on unified.user_quotas
referencing new table as new_rows
for each statement execute function unified.forget_quotas();

create trigger user_quotas_forget_update
after update on unified.user_quotas
referencing old table as old_rows new table as new_rows
for each statement execute function unified.forget_quotas();

create trigger user_quotas_forget_delete
after delete on unified.user_quotas
referencing old table as old_rows
for each statement execute function unified.forget_quotas();

create trigger user_quotas_forget_truncate
after truncate on unified.user_quotas
for each statement execute function unified.forget_everything();

create trigger email_aliases_forget_insert
after insert on unified.email_aliases
referencing new table as new_rows
for each statement execute function unified.forget_aliases();

create trigger email_aliases_forget_update
after update on unified.email_aliases
referencing old table as old_rows new table as new_rows
for each statement execute function unified.forget_aliases();

create trigger email_aliases_forget_delete
after delete on unified.email_aliases
referencing old table as old_rows
for each statement execute function unified.forget_aliases();

create trigger email_aliases_forget_truncate
after truncate on unified.email_aliases
for each statement execute function unified.forget_everything();

create trigger sender_grants_forget_insert
after insert on unified.sender_grants
referencing new table as new_rows
for each statement execute function unified.forget_senders();

create trigger sender_grants_forget_update
after update on unified.sender_grants
referencing old table as old_rows new table as new_rows
for each statement execute function unified.forget_senders();

create trigger sender_grants_forget_delete
after delete on unified.sender_grants
referencing old table as old_rows
for each statement execute function unified.forget_senders();

create trigger sender_grants_forget_truncate
after truncate on unified.sender_grants
for each statement execute function unified.forget_everything();

create trigger mail_domains_forget_insert
after insert on unified.mail_domains
referencing new table as new_rows
for each statement execute function unified.forget_domains();

create trigger mail_domains_forget_update
after update on unified.mail_domains
referencing old table as old_rows new table as new_rows
for each statement execute function unified.forget_domains();

create trigger mail_domains_forget_delete
after delete on unified.mail_domains
referencing old table as old_rows
for each statement execute function unified.forget_domains();

create trigger mail_domains_forget_truncate
after truncate on unified.mail_domains
for each statement execute function unified.forget_everything();
