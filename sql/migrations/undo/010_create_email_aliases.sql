-- undoes 010_create_email_aliases
drop table unified.email_aliases;
