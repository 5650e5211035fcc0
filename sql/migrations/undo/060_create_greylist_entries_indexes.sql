-- undoes 060_create_greylist_entries_indexes
drop index unified.idx_greylist_entries_expires_at;
