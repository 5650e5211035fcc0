-- undoes 020_create_certificate_notifications
drop table unified.certificate_notifications;
