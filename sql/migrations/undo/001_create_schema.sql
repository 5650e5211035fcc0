-- undoes 001_create_schema
drop schema unified;
