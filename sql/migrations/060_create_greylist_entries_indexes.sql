-- 060_create_greylist_entries_indexes
-- purpose:  the entries that have ended, without reading them all
-- locks:    share on unified.greylist_entries while building
-- breaking: no
-- loses:    nothing

-- The daemon asks by key, through greylist_entries_key_unique.

create index idx_greylist_entries_expires_at
on unified.greylist_entries (expires_at);
