-- undoes 086_create_event_retention
drop function unified.purge_mailbox_events(interval, integer);
