-- undoes 079_let_limits_suspend
delete from unified.rate_limits
where suspends
  or counter = 'new_networks';

alter table unified.rate_limits
  drop constraint rate_limits_counter_fitting,
  drop constraint rate_limits_suspends_fitting,
  drop constraint rate_limits_counter_known,
  add constraint rate_limits_counter_known
    check (counter in ('messages', 'recipients', 'bytes', 'new_recipients')),
  drop column suspends;

comment on column unified.rate_limits.counter is
  'messages, recipients, bytes, or new_recipients: those to whom the user has not sent of late.';
