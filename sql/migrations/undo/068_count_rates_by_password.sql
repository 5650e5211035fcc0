-- undoes 068_count_rates_by_password
delete from unified.rate_limits
where counted_by = 'credential';

alter table unified.rate_limits
  drop constraint rate_limits_counted_by_known,
  add constraint rate_limits_counted_by_known check (counted_by in ('user', 'domain', 'network'));

comment on column unified.rate_limits.counted_by is
  'What is counted together: what a user sends, what all users of a domain send, what comes from a network without a login.';
