-- 054_create_token_login_function
-- purpose:  who logged in by a token, not by a password, has a last login too
-- locks:    none (new function)
-- breaking: no
-- loses:    nothing; until it is done again, the daemon records nothing

create function unified.record_token_logins(user_ids bigint[], logged_in_at timestamptz[]) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from unified.users
  where id = any(user_ids)
  order by id
  for no key update;

  update unified.users as u
  set last_login_at = greatest(u.last_login_at, login.at),
      failed_login_attempts = 0
  from (
    select user_id, max(at) as at
    from unnest(user_ids, logged_in_at) as logins (user_id, at)
    group by user_id
  ) as login
  where u.id = login.user_id;
end
$$;

comment on function unified.record_token_logins(bigint[], timestamptz[]) is
  'These users logged in without a password then. Unknown ids are passed over.';

revoke execute on function unified.record_token_logins(bigint[], timestamptz[]) from public;
select unified.grant_to('dovetail_daemon', 'execute on function unified.record_token_logins(bigint[], timestamptz[])');
