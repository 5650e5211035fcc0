-- undoes 059_create_greylist_entries
drop table unified.greylist_entries;
