-- undoes 087_count_bounces
delete from unified.rate_limits
where counter = 'bounces';

alter table unified.rate_limits
  drop constraint rate_limits_counter_known,
  add constraint rate_limits_counter_known
    check (counter in ('messages', 'recipients', 'bytes', 'new_recipients', 'new_networks')),
  drop constraint rate_limits_counter_fitting,
  add constraint rate_limits_counter_fitting
    check (counter <> 'new_networks' or counted_by in ('user', 'credential'));

comment on column unified.rate_limits.counter is
  'messages, recipients, bytes; new_recipients and new_networks: those to whom, and those from which, the user has not sent of late.';
