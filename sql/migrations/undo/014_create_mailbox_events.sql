-- undoes 014_create_mailbox_events
drop table unified.mailbox_events;
