-- 068_count_rates_by_password
-- purpose:  what is sent with one of a user's passwords may be limited apart
-- locks:    access exclusive on rate_limits, for a moment
-- breaking: no
-- loses:    limits by password

alter table unified.rate_limits
  drop constraint rate_limits_counted_by_known,
  add constraint rate_limits_counted_by_known
    check (counted_by in ('user', 'credential', 'domain', 'network'));

comment on column unified.rate_limits.counted_by is
  'What is counted together: what a user sends, what is sent with one of his passwords (credential), what all users of a domain send, what comes from a network without a login.';
