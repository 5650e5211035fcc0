-- 087_count_bounces
-- purpose:  a limit may suspend the password whose mail is refused by those it goes to
-- locks:    access exclusive on rate_limits, for a moment
-- breaking: no
-- loses:    the limits of bounces

alter table unified.rate_limits
  drop constraint rate_limits_counter_known,
  add constraint rate_limits_counter_known
    check (counter in ('messages', 'recipients', 'bytes', 'new_recipients', 'new_networks', 'bounces')),
  -- What came back is told when the mail is long gone: no mail can wait for it.
  drop constraint rate_limits_counter_fitting,
  add constraint rate_limits_counter_fitting check (
    case counter
      when 'new_networks' then counted_by in ('user', 'credential')
      when 'bounces' then suspends
      else true
    end
  );

comment on column unified.rate_limits.counter is
  'messages, recipients, bytes; new_recipients and new_networks: those to whom, and those from which, the user has not sent of late; bounces: recipients who do not exist.';
