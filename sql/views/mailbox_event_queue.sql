-- what has to be acted on now, oldest first by id
--
-- select … from unified.mailbox_event_queue order by id limit 100

create view unified.mailbox_event_queue as
select
  id,
  event_type,
  user_id,
  username,
  email,
  domain,
  home_directory,
  event_data,
  error_message,
  retry_count,
  next_retry_at,
  created_at
from unified.mailbox_events
where not processed
  and (next_retry_at is null or next_retry_at <= now());

comment on view unified.mailbox_event_queue is 'Events that are due.';

select unified.grant_select('mailbox_event_queue', 'dovetail_daemon');
select unified.grant_select('mailbox_event_queue', 'dovetail_admin');
