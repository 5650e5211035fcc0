-- undoes 052_create_map_entries
drop table unified.map_entries;
drop function unified.forget_map_entries();
