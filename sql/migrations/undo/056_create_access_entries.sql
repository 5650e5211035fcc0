-- undoes 056_create_access_entries
drop table unified.access_entries;
