-- 079_let_limits_suspend
-- purpose:  a limit by password may suspend the password; networks from which it was not used of late are counted
-- locks:    access exclusive on rate_limits, for a moment
-- breaking: no
-- loses:    the limits that suspend, and those of new networks

alter table unified.rate_limits
  add column suspends boolean not null default false,
  drop constraint rate_limits_counter_known,
  add constraint rate_limits_counter_known
    check (counter in ('messages', 'recipients', 'bytes', 'new_recipients', 'new_networks')),
  add constraint rate_limits_suspends_fitting
    check (not suspends or (counted_by = 'credential' and not is_permanent and counter <> 'bytes')),
  add constraint rate_limits_counter_fitting
    check (counter <> 'new_networks' or counted_by in ('user', 'credential'));

comment on column unified.rate_limits.counter is
  'messages, recipients, bytes; new_recipients and new_networks: those to whom, and those from which, the user has not sent of late.';
comment on column unified.rate_limits.suspends is
  'Not the message waits: the password with which it is sent is suspended.';
