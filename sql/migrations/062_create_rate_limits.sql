-- 062_create_rate_limits
-- purpose:  how much may be sent within how long: for all, for a domain, for a user
-- locks:    none (new table)
-- breaking: no
-- loses:    every limit

create table unified.rate_limits (
  id bigint generated always as identity,
  user_id bigint,
  domain text,
  counted_by text not null default 'user',
  counter text not null,
  window_seconds integer not null,
  max_count bigint,
  is_permanent boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint rate_limits_pkey primary key (id),
  constraint rate_limits_user_id_counted_by_counter_window_seconds_unique
    unique (user_id, counted_by, counter, window_seconds),
  constraint rate_limits_domain_counted_by_counter_window_seconds_unique
    unique (domain, counted_by, counter, window_seconds),
  constraint fk_rate_limits_users_user_id
    foreign key (user_id) references unified.users (id) on delete cascade,
  constraint fk_rate_limits_mail_domains_domain
    foreign key (domain) references unified.mail_domains (domain) on update cascade on delete cascade,

  constraint rate_limits_user_id_single check (num_nonnulls(user_id, domain) <= 1),
  constraint rate_limits_counted_by_known check (counted_by in ('user', 'domain', 'network')),
  -- A user's own limit counts the user; who has not logged in has neither user nor domain.
  constraint rate_limits_counted_by_fitting check (
    case counted_by
      when 'domain' then user_id is null
      when 'network' then num_nonnulls(user_id, domain) = 0 and counter <> 'new_recipients'
      else true
    end
  ),
  constraint rate_limits_counter_known check (counter in ('messages', 'recipients', 'bytes', 'new_recipients')),
  constraint rate_limits_window_seconds_positive check (window_seconds between 10 and 2678400),
  constraint rate_limits_max_count_positive check (max_count between 0 and 1000000000000000)
);

-- One for all of each kind.
create unique index rate_limits_counted_by_counter_window_seconds_unique
on unified.rate_limits (counted_by, counter, window_seconds)
where user_id is null and domain is null;

comment on table unified.rate_limits is
  'How much may be sent within a window. The user''s row goes before the domain''s, that before the one for all.';
comment on column unified.rate_limits.user_id is 'Whose limit it is; null with domain: everybody''s.';
comment on column unified.rate_limits.counted_by is
  'What is counted together: what a user sends, what all users of a domain send, what comes from a network without a login.';
comment on column unified.rate_limits.counter is
  'messages, recipients, bytes, or new_recipients: those to whom the user has not sent of late.';
comment on column unified.rate_limits.max_count is 'null is unlimited.';
comment on column unified.rate_limits.is_permanent is 'Refuse for good instead of asking to come again.';

create trigger rate_limits_touch
before update on unified.rate_limits
for each row execute function unified.touch_updated_at();

select unified.grant_to('dovetail_admin', 'select, insert, update, delete on unified.rate_limits');
