-- 015_create_mailbox_events_indexes
-- purpose:  the queue in its order; the events of a user, of a time
-- locks:    share on unified.mailbox_events while building
-- breaking: no
-- loses:    nothing

create index idx_mailbox_events_id
on unified.mailbox_events (id)
where not processed;

create index idx_mailbox_events_user_id
on unified.mailbox_events (user_id);

create index idx_mailbox_events_created_at
on unified.mailbox_events (created_at);
