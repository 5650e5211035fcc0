-- undoes 039_create_domain_and_grant_triggers
drop trigger sender_grants_record_delete on unified.sender_grants;
drop trigger sender_grants_record_update on unified.sender_grants;
drop trigger sender_grants_record_insert on unified.sender_grants;
drop trigger mail_domains_record_delete on unified.mail_domains;
drop trigger mail_domains_record_update on unified.mail_domains;
drop trigger mail_domains_record_insert on unified.mail_domains;
drop function unified.record_domain_events();
drop trigger sender_grants_touch on unified.sender_grants;
drop trigger mail_domains_touch on unified.mail_domains;
