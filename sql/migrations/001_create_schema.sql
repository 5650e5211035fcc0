-- 001_create_schema
-- purpose:  the schema `unified`, in which everything that a mail host's services read lives
-- locks:    none
-- breaking: no
-- loses:    nothing (the schema is empty when this is undone)

-- Addresses are compared in Unicode's normal form, which PostgreSQL knows for UTF-8 only.
do $$
begin
  if current_setting('server_encoding') <> 'UTF8' then
    raise exception 'dovetail needs a database with encoding UTF8, this one has %',
      current_setting('server_encoding')
      using hint = 'create database mail encoding ''UTF8'' template template0';
  end if;
end
$$;

create schema unified;

comment on schema unified is
  'dovetail: who exists, where mail goes and what is allowed. Read the views, not the tables.';
