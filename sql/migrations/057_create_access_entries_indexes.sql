-- 057_create_access_entries_indexes
-- purpose:  the entries about an address or a client, and those of a domain, without reading them all
-- locks:    share on unified.access_entries while building
-- breaking: no
-- loses:    nothing

-- The entries of a user are found through access_entries_user_id_domain_side_pattern_unique.

create index idx_access_entries_lookup_key
on unified.access_entries (lookup_key);

-- Which networks hold an address.
create index idx_access_entries_network
on unified.access_entries using gist (network inet_ops)
where network is not null;

create index idx_access_entries_domain
on unified.access_entries (domain)
where domain is not null;
