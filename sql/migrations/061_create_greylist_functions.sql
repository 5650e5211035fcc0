-- 061_create_greylist_functions
-- purpose:  the daemon records what greylisting has seen, many entries at once, and forgets what has ended
-- locks:    none (new functions)
-- breaking: no
-- loses:    nothing; until it is done again, greylisting lets everybody pass

-- `age` and `keep` are seconds, so that the clocks of the nodes need not agree. What has ended begins anew;
-- of what two nodes have seen the earlier counts.
create function unified.record_greylist(entries jsonb) returns void
language sql
security definer
set search_path = pg_catalog, pg_temp
begin atomic
  insert into unified.greylist_entries as known (
    key, kind, network, sender, recipient, passes, first_seen_at, seen_at, expires_at
  )
  select
    key, kind, network, sender, recipient, passes,
    now() - make_interval(secs => age), now(), now() + make_interval(secs => keep)
  from jsonb_to_recordset(entries) as entry (
    key uuid, kind text, network cidr, sender text, recipient text, passes integer, age float8, keep float8
  )
  -- Two nodes at once lock in one order.
  order by key
  on conflict (key) do update
  set passes = case when known.expires_at > now() then known.passes else 0 end + excluded.passes,
      first_seen_at = case
        when known.expires_at > now() then least(known.first_seen_at, excluded.first_seen_at)
        else excluded.first_seen_at
      end,
      seen_at = excluded.seen_at,
      expires_at = greatest(known.expires_at, excluded.expires_at);
end;

comment on function unified.record_greylist(jsonb) is
  'What greylisting has seen: a JSON array of objects, each key once.';

create function unified.purge_greylist(most bigint) returns bigint
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  ended bigint;
  surplus bigint;
begin
  -- Another node does it just now.
  if not pg_try_advisory_xact_lock(hashtext('unified.purge_greylist')) then
    return 0;
  end if;
  delete from unified.greylist_entries
  where expires_at <= now();
  get diagnostics ended = row_count;
  -- What would end first: strangers who have not come again.
  delete from unified.greylist_entries
  where expires_at <= (
    select expires_at
    from unified.greylist_entries
    order by expires_at desc
    offset most
    limit 1
  );
  get diagnostics surplus = row_count;
  return ended + surplus;
end
$$;

comment on function unified.purge_greylist(bigint) is
  'Removes what has ended, and of more than `most` entries those that would end first; how many.';

revoke execute on function unified.record_greylist(jsonb), unified.purge_greylist(bigint) from public;
select unified.grant_to('dovetail_daemon', 'execute on function '
  'unified.record_greylist(jsonb), unified.purge_greylist(bigint)');
select unified.grant_to('dovetail_admin', 'select, delete on unified.greylist_entries');
-- Who forgets an entry tells the daemons; those that end by themselves need no word.
select unified.grant_to('dovetail_admin', 'execute on function unified.announce_changes(text[])');
