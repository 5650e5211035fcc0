-- 023_create_certificate_renewals_indexes
-- purpose:  the renewals of a certificate in time; what is due
-- locks:    share on unified.certificate_renewals while building
-- breaking: no
-- loses:    nothing

create index idx_certificate_renewals_certificate_id_created_at
on unified.certificate_renewals (certificate_id, created_at);

create index idx_certificate_renewals_scheduled_at
on unified.certificate_renewals (scheduled_at)
where completed_at is null;
