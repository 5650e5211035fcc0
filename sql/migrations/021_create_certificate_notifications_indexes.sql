-- 021_create_certificate_notifications_indexes
-- purpose:  notifications that wait, in their order; those of a certificate
-- locks:    share on unified.certificate_notifications while building
-- breaking: no
-- loses:    nothing

create index idx_certificate_notifications_id
on unified.certificate_notifications (id)
where processed_at is null;

create index idx_certificate_notifications_certificate_id
on unified.certificate_notifications (certificate_id);
