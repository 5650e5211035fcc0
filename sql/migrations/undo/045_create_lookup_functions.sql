-- undoes 045_create_lookup_functions
drop function unified.sender_logins_of_alias(bigint);
drop function unified.dead_alias_leads_to_itself(bigint, text, text);
drop function unified.mailbox_leads_to_itself(text, text);
drop function unified.has_working_alias(text);
drop function unified.domain_catches_all(text);
drop function unified.is_shut_mailbox(text);
drop function unified.alias_leads_on(bigint);
drop function unified.domain_works(text);
drop function unified.may_use_mail(bigint);
