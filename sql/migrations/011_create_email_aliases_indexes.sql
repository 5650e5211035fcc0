-- 011_create_email_aliases_indexes
-- purpose:  what leads to an address, what a user owns, the aliases of a domain; one primary a user
-- locks:    share on unified.email_aliases while building
-- breaking: no
-- loses:    nothing (but a user may then get two primary aliases)

-- An alias is found through email_aliases_alias_email_destination_email_unique.

create index idx_email_aliases_destination_email
on unified.email_aliases (destination_email);

create index idx_email_aliases_alias_domain_alias_email
on unified.email_aliases (alias_domain, alias_email);

create index idx_email_aliases_user_id
on unified.email_aliases (user_id)
where user_id is not null;

create unique index email_aliases_user_id_unique
on unified.email_aliases (user_id)
where is_primary;

create index idx_email_aliases_expires_at
on unified.email_aliases (expires_at)
where expires_at is not null;
