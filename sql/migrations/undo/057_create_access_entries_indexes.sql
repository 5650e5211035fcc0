-- undoes 057_create_access_entries_indexes
drop index unified.idx_access_entries_domain;
drop index unified.idx_access_entries_network;
drop index unified.idx_access_entries_lookup_key;
