-- undoes 031_create_notification_functions
drop function unified.record_certificate_notifications();
drop function unified.record_account_events();
drop function unified.write_account_events(text, text, jsonb[], text[]);
drop function unified.record_user_events();
drop function unified.announce_events();
drop function unified.try_notify(text, text);
